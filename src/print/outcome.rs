//! What happens to a receipt on its way, how it ends, and the words for it.
//! No word here claims paper that the printer did not confirm.

use super::status::PrinterStatus;
use super::text::EncodeError;
use super::transport::TransportError;

/// What happens to a receipt on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The printer is ready; what follows is the first byte.
    Sending,
    /// Every byte has been sent.
    Sent,
    /// It cannot go on until somebody helps; told again while it lasts.
    Waiting(PrinterStatus),
    /// It goes on.
    Resuming,
    /// The printer may have lost what it held: the whole receipt begins anew, labelled as a copy.
    Copying,
}

/// What is to be done next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Go {
    /// Go on.
    On,
    /// Give up; what is on paper stays there.
    Stop,
}

/// What is known of a receipt that did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// The printer says that it has printed everything.
    Confirmed,
    /// The same, on two pieces of paper: the roll was changed in between.
    Continued,
    /// The same as a labelled copy: the roll was changed and the first one may be incomplete.
    Copied,
    /// Everything was sent; the printer cannot say more.
    Sent,
}

/// Why a receipt was not delivered.
#[derive(Debug, thiserror::Error)]
pub enum PrintFault {
    /// The printer is in no state to print; nothing was sent.
    #[error("打印机未就绪：{}", .0.fact())]
    NotReady(PrinterStatus),
    /// The document cannot be printed as text; nothing was sent.
    #[error("凭条不能打印")]
    NotPrintable(#[from] EncodeError),
    /// The printer cannot be reached; nothing was sent.
    #[error("打印机连接不上")]
    Unreachable(#[source] TransportError),
    /// Nobody wants it any more; nothing was sent.
    #[error("打印已取消")]
    Withdrawn,
    /// The line failed after some of the job was sent.
    #[error("打印中断")]
    Broken(#[source] TransportError),
    /// Something was sent, then the printer stopped.
    #[error("打印机中途停下：{}", .0.fact())]
    Stopped(PrinterStatus),
}

/// What a fact of the book means, for staff; empty when there is nothing to say.
pub fn fact_text(fact: &str) -> &'static str {
    if let Some(status) = PrinterStatus::ALL.iter().find(|status| status.fact() == fact) {
        return status.staff_text();
    }
    match fact {
        "confirmed" => "打印机确认已出票",
        "continued" => "中间换过纸，分两段打完",
        "copied" => "已补打",
        "copying" => "换纸后正在补打",
        "sent" => "已发送，打印机没有确认",
        "not-printable" => "有打印机印不出的字",
        "withdrawn" => "没有打印",
        "visit-over" => "居民已离开",
        "broken" => "打到一半断了线",
        "stopped" => "打到一半停下，没有打全",
        "too-old" => "超过一天没有处理",
        fact if fact.starts_with("interrupted-") => "打印时程序中断或断电",
        _ => "",
    }
}

impl Delivery {
    /// What the resident reads.
    pub fn resident_text(self) -> &'static str {
        match self {
            Self::Confirmed => "已出票，请取票",
            Self::Continued => "已出票，换纸前后共两段，请一起取走",
            Self::Copied => "已重新出票，请取走印有“补打”的一张",
            Self::Sent => "已发送，请取票；未出票请告诉工作人员",
        }
    }

    /// What the log says.
    pub fn fact(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Continued => "continued",
            Self::Copied => "copied",
            Self::Sent => "sent",
        }
    }
}

impl PrintFault {
    /// Whether some of the receipt may be on paper already, so that a second try could print it twice.
    pub fn may_have_printed(&self) -> bool {
        match self {
            Self::NotReady(_) | Self::NotPrintable(_) | Self::Unreachable(_) | Self::Withdrawn => false,
            Self::Broken(_) | Self::Stopped(_) => true,
        }
    }

    /// What the resident reads.
    pub fn resident_text(&self) -> &'static str {
        match self {
            Self::NotReady(status) => status.resident_text(),
            Self::NotPrintable(_) => "这份内容有打印机印不出的字，请扫码带走或告诉工作人员",
            Self::Unreachable(_) => PrinterStatus::Unreachable.resident_text(),
            Self::Withdrawn => "没有打印，请扫码带走或再试一次",
            Self::Broken(_) => "打印中断，凭条可能不全，请扫码带走或告诉工作人员",
            Self::Stopped(PrinterStatus::PaperOut) => "打印中途缺纸，凭条可能不全，请扫码带走或告诉工作人员",
            Self::Stopped(_) => "打印中途停下，凭条可能不全，请扫码带走或告诉工作人员",
        }
    }

    /// What the log says.
    pub fn fact(&self) -> &'static str {
        match self {
            Self::NotReady(status) => status.fact(),
            Self::NotPrintable(_) => "not-printable",
            Self::Unreachable(_) => "unreachable",
            Self::Withdrawn => "withdrawn",
            Self::Broken(_) => "broken",
            Self::Stopped(_) => "stopped",
        }
    }
}
