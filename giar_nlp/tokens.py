"""Text to words with offsets: cut by rjieba exactly as jieba cuts, with the scheme's own words.

rjieba finds the dictionary words, five times as fast as jieba. Three of its ways differ from jieba's and are
done here by jieba's own parts: what counts as a block of Han and ASCII (2019-2022, ##, younger characters),
how an ASCII run is cut, and how single characters join to words that no dictionary holds. Where rjieba is
missing, jieba does it all.

Source: libraries.md section 1.
"""

import logging
import tempfile
import warnings
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from itertools import accumulate, pairwise
from typing import Any

REMEMBERED = 65_536  # runs of single characters whose words are kept: reports share most of them
LONGEST_REMEMBERED = 16


class Tokenizer:
    """Cuts texts into words. Loading takes two tenths of a second, with jieba alone a whole one.

    Args:
        words: words of the trade, which jieba would cut apart.
        use_jieba: cut with jieba alone, which is slower; it is used anyway where rjieba is missing.
    """

    def __init__(self, words: Iterable[str] = (), *, use_jieba: bool = False) -> None:
        self._words = tuple(dict.fromkeys(words))
        self._cut = _load_jieba(self._words) if use_jieba else _load_rjieba(self._words)

    def cut(self, text: str) -> list[str]:
        """The words of a text in order; joined, they are the text.

        Example:
            >>> Tokenizer(["依申请公开"]).cut("2019-2022年依申请公开")
            ['2019', '-', '2022', '年', '依申请公开']
        """
        return self._cut(text)

    def tokenize(self, text: str) -> list[tuple[int, int]]:
        """Start and end of each word in order, counted in characters."""
        return list(pairwise(accumulate(map(len, self._cut(text)), initial=0)))

    def __reduce__(self) -> tuple[type["Tokenizer"], tuple[tuple[str, ...]]]:
        """A worker process gets the words and loads its own dictionary."""
        return Tokenizer, (self._words,)


def _load_rjieba(words: tuple[str, ...]) -> Callable[[str], list[str]]:
    try:
        import rjieba
    except ImportError:
        return _load_jieba(words)
    reference = _import_jieba()
    split_blocks, split_blanks = reference.re_han_default.split, reference.re_skip_default.split
    cut_unknown = reference.finalseg.cut
    dictionary = rjieba.Jieba()
    for word in words:
        dictionary.add_word(word, None, None)
    is_word = dictionary.has_word

    def cut(text: str) -> list[str]:
        found: list[str] = []
        for number, block in enumerate(split_blocks(text)):
            if number % 2:
                cut_block(block, found)
            else:
                for place, piece in enumerate(split_blanks(block)):
                    if place % 2:
                        found.append(piece)
                    else:
                        found.extend(piece)
        return found

    def cut_block(block: str, found: list[str]) -> None:
        """Add a block's words as `jieba.Tokenizer.__cut_DAG` does: what no word covers is cut on its own."""
        begin, singles, last = len(found), "", ""
        for word in dictionary.cut(block, False):
            if word[0] == last[:1] and word != last and word + last == last + word:
                found[begin:] = cut_alone()(block)
                return
            last = word
            if len(word) == 1 or (word.isascii() and not is_word(word)):
                singles += word
                continue
            if singles:
                cut_singles(singles, found)
                singles = ""
            found.append(word)
        if singles:
            cut_singles(singles, found)

    def cut_singles(run: str, found: list[str]) -> None:
        if len(run) == 1:
            found.append(run)
        elif is_word(run):
            found.extend(run)
        elif len(run) <= LONGEST_REMEMBERED:
            found.extend(remembered(run))
        else:
            found.extend(cut_unknown(run))

    @cache
    def cut_alone() -> Callable[[str], list[str]]:
        """The cut of jieba alone, for 哈哈 and 哈 in either order: there the last bit of a sum decides."""
        return _load_jieba(words)

    @lru_cache(REMEMBERED)
    def remembered(run: str) -> tuple[str, ...]:
        return tuple(cut_unknown(run))

    return cut


def _load_jieba(words: tuple[str, ...]) -> Callable[[str], list[str]]:
    tokenizer = _import_jieba().Tokenizer()
    # jieba keeps its dictionary in a cache of a fixed name in the shared temporary folder and loads that
    # with marshal: nobody else may write there.
    with tempfile.TemporaryDirectory(prefix="giar_nlp-") as folder:
        tokenizer.tmp_dir = folder
        tokenizer.initialize()
    for word in words:
        tokenizer.add_word(word)

    def cut(text: str) -> list[str]:
        return list(tokenizer.cut(text))

    return cut


def _import_jieba() -> Any:
    """The module jieba, which says nothing and warns of nothing."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import jieba
        import jieba.finalseg
    jieba.setLogLevel(logging.WARNING)
    return jieba
