#!/usr/bin/env python3
"""Asks misaki (its zh G2P, the IPA of Kokoro 1.0) how sentences are pronounced.

    python3 -m venv V && V/bin/pip install -r tests/python/misaki.txt
    UPDATE_MISAKI=1 cargo test --test it phonemes::the_hall     writes tests/data/speech/sentences.txt (not kept)
    V/bin/python tests/python/misaki_answers.py                  writes tests/data/speech/misaki.tsv

Not part of the tests, because it brings 60 MB for answers that do not change: they are kept as data. Each line is the
sentence and its syllables; that they give the very symbols that misaki answers is checked here for every sentence.
"""
import pathlib
import re
import sys

import cn2an
import jieba
from misaki.zh import ZHG2P
from pypinyin import Style, lazy_pinyin

speech = pathlib.Path(__file__).resolve().parent.parent / "data/speech"
HANZI = re.compile("[\u4e00-\u9fff]+")


def syllables(word):
    return lazy_pinyin(word, style=Style.TONE3, neutral_tone_with_five=True)


def symbols(text):
    """The answer of misaki, put together from the syllables that are written down."""
    def run(match):
        words = jieba.lcut(match.group(), cut_all=False)
        return " ".join("".join(ZHG2P.py2ipa(s) for s in syllables(word)) for word in words)

    return HANZI.sub(run, ZHG2P.map_punctuation(text)).replace(chr(815), "")


def main():
    ask = ZHG2P()
    lines = [line for line in (speech / "sentences.txt").read_text().splitlines() if line]
    answers = []
    for text in lines:
        if not HANZI.search(text) or cn2an.transform(text, "an2cn") != text:
            continue
        assert symbols(text) == ask(text)[0], text
        words = [word for run in HANZI.findall(text) for word in jieba.lcut(run, cut_all=False)]
        answers.append(f"{text}\t{' '.join(s for word in words for s in syllables(word))}")
    head = "# sentence<TAB>syllables: the answers of misaki 0.9.4 (tests/python/misaki_answers.py)\n"
    (speech / "misaki.tsv").write_text(head + "\n".join(answers) + "\n")
    print(len(lines), "sentences,", len(answers), "answers", file=sys.stderr)


main()
