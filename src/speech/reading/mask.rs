//! What an office has covered with stars: 唐*, 139****4037, ****5041.
//! It says that something is not shown, and never how it might read; a single star that covers nothing is a star.

use super::Said;
use super::hanzi::{telephone, whole};
use super::text::Shown;

/// The surnames of nearly everybody; after another character a star is a star.
const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭\
    陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易\
    乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳欧管\
    柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬\
    边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝封谈匡鞠惠荆乐冀胥南班储原栗燕楚鄢劳萧常傅欧阳官马葛";

/// Stars from this many on hide the beginning of a number.
const HIDDEN_MIN: usize = 4;

pub(super) fn rule(shown: &Shown, at: usize) -> Option<Said> {
    name(shown, at).or_else(|| tail(shown, at)).or_else(|| middle(shown, at)).or_else(|| all(shown, at))
}

/// 唐*, 常**, 李××: 某 for each.
fn name(shown: &Shown, at: usize) -> Option<Said> {
    let cover = shown.at(at).filter(|c| matches!(c, '*' | '×'))?;
    let end = shown.run_end(at, |c| c == cover);
    let named = shown.before(at).is_some_and(|c| SURNAMES.contains(c));
    (named && end - at <= 2).then(|| Said::word(end, "某".repeat(end - at)))?
}

/// `************5041`
fn tail(shown: &Shown, at: usize) -> Option<Said> {
    let start = stars(shown, at).filter(|start| start - at >= HIDDEN_MIN)?;
    let end = last_part(shown, start)?;
    Said::word(end, format!("尾号{}", telephone(&shown.slice(start, end))))
}

/// `139****4037`, `340524****`
fn middle(shown: &Shown, at: usize) -> Option<Said> {
    if !shown.starts_digits(at) || shown.before(at).is_some_and(|c| c.is_ascii_alphabetic()) {
        return None;
    }
    let first_end = shown.digits_end(at);
    let start = stars(shown, first_end).filter(|start| start - first_end >= 2)?;
    let hidden = match start - first_end {
        2 => "两".to_owned(),
        many => whole(many as u64),
    };
    let first = telephone(&shown.slice(at, first_end));
    match last_part(shown, start) {
        Some(end) => Said::word(end, format!("{first}，{hidden}位不显示，{}", telephone(&shown.slice(start, end)))),
        None => Said::word(start, format!("{first}，后{hidden}位不显示")),
    }
}

/// `***`: all of it.
fn all(shown: &Shown, at: usize) -> Option<Said> {
    let end = stars(shown, at)?;
    (end - at >= 2).then(|| Said::word(end, "不显示"))?
}

fn stars(shown: &Shown, at: usize) -> Option<usize> {
    let end = shown.run_end(at, |c| c == '*');
    (end > at).then_some(end)
}

/// The digits after the stars, and the X of an identity number.
fn last_part(shown: &Shown, start: usize) -> Option<usize> {
    let end = shown.digits_end(start);
    let has_x = end > start && matches!(shown.at(end), Some('X' | 'x'));
    (end > start).then_some(if has_x { end + 1 } else { end })
}
