#!/usr/bin/env python3
"""How well the neural voice is understood: an independent recogniser writes down what it hears.

Sentences of everyday life (hearing.txt, none from the sample hall) are spoken into files, recognised and compared as
syllables, with and without tones. Errors of the recogniser count as errors of the voice.

  benches/hearing.py FOLDER_OF_PROGRAMS FOLDER_OF_MODEL

Not part of `make bench`: `pip install faster-whisper pypinyin` by hand, and a Whisper base model in the format of
CTranslate2 (model.bin, config.json, tokenizer.json, vocabulary.txt)."""
import pathlib
import re
import subprocess
import sys
import tempfile

from faster_whisper import WhisperModel
from pypinyin import Style, lazy_pinyin


def syllables(text, style):
    return lazy_pinyin(re.sub(r"[^\u4e00-\u9fff]", "", text), style=style)


def distance(said, heard):
    """Syllables to change, leave out or put in."""
    row = list(range(len(heard) + 1))
    for i, a in enumerate(said):
        above, row[0] = row[:], i + 1
        for j, b in enumerate(heard):
            row[j + 1] = min(above[j + 1] + 1, row[j] + 1, above[j] + (a != b))
    return row[-1]


def main():
    programs, model = pathlib.Path(sys.argv[1]), sys.argv[2]
    recogniser = WhisperModel(model, device="cpu", compute_type="int8")
    sentences = (pathlib.Path(__file__).parent / "hearing.txt").read_text().split()
    styles = {"without tones": Style.NORMAL, "with tones": Style.TONE3}
    errors, total = dict.fromkeys(styles, 0), 0
    with tempfile.TemporaryDirectory() as folder:
        for number, sentence in enumerate(sentences):
            wav = f"{folder}/{number}.wav"
            say = [programs / "kiosk", "say", "--text", sentence + "。", "--to", wav]
            subprocess.run(say, check=True, stdout=subprocess.DEVNULL)
            parts, _ = recogniser.transcribe(
                wav, language="zh", initial_prompt="以下是普通话的句子。", condition_on_previous_text=False
            )
            heard = "".join(part.text for part in parts)
            total += len(syllables(sentence, Style.NORMAL))
            for name, style in styles.items():
                errors[name] += distance(syllables(sentence, style), syllables(heard, style))
            print(f"{sentence} | {heard}", flush=True)
    for name, wrong in errors.items():
        print(f"{name}: {wrong} of {total} syllables, {100 * wrong / total:.1f} % (promised 4 %)")


main()
