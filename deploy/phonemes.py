#!/usr/bin/env python3
"""Packs what the voice knows of pronunciation: the tables of pypinyin (MIT) to sorted lines.

It takes the wheel and the file to write. Three parts, each begun by a line `# NAME`: `words` (a character or a phrase and
its syllables, tone as a digit, 5 for none), `homophones` (a syllable and a common character that is read in no other way).
"""

import json
import sys
import unicodedata
import zipfile

TONES = {"\u0304": "1", "\u0301": "2", "\u030c": "3", "\u0300": "4"}
# The first level of GB 2312, the 3,755 characters of daily use, begins and ends with these rows.
COMMON = {bytes((row, cell)) for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF)}


# The ones that people know best for the readings that go wrong most often.
CHOSEN = {"chong2": "虫", "hang2": "杭", "zhang3": "掌", "chang2": "常", "xing2": "形", "ji3": "己"}


def with_digit(syllable):
    """`chóng` becomes `chong2`, `lǜ` becomes `lv4`, `de` becomes `de5`."""
    letters, tone = "", "5"
    for char in unicodedata.normalize("NFD", syllable):
        if char in TONES:
            tone = TONES[char]
        elif char == "\u0308":
            letters = letters[:-1] + "v"
        elif char != "\u0302":
            letters += char
    return letters + tone


def is_common(char):
    try:
        return char.encode("gb2312") in COMMON
    except UnicodeEncodeError:
        return False


def main():
    source, target = sys.argv[1:]
    with zipfile.ZipFile(source) as wheel:
        phrases = json.loads(wheel.read("pypinyin/phrases_dict.json"))
        chars = json.loads(wheel.read("pypinyin/pinyin_dict.json"))
    readings = {chr(int(code)): [with_digit(s) for s in said.split(",")] for code, said in chars.items()}
    words = {char: said[0] for char, said in readings.items()}
    words |= {word: " ".join(with_digit(first[0]) for first in said) for word, said in phrases.items()}
    homophones = {}
    for char, said in sorted(readings.items()):
        # Of the common characters the one with the fewest other readings stands for a syllable.
        if is_common(char):
            rank = (CHOSEN.get(said[0]) != char, len(said), ord(char))
            homophones[said[0]] = min(homophones.get(said[0], (rank, char)), (rank, char))
    with open(target, "w", encoding="utf-8") as out:
        out.write("# words\n")
        out.writelines(f"{word}\t{words[word]}\n" for word in sorted(words))
        out.write("# homophones\n")
        out.writelines(f"{said}\t{homophones[said][1]}\n" for said in sorted(homophones))
    print(f"{len(words)} words, {len(homophones)} syllables", file=sys.stderr)


main()
