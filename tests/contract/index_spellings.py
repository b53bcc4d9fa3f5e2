"""The judged spellings, on every engine: what finds a text, and what does not."""

from __future__ import annotations

from search.index.clauses import Match, Phrase
from search.index.port import SearchIndex
from tests.contract.place import OnePlace, ask, found
from tests.support.newsroom import story
from tests.support.spellings import SPELLINGS


class Spellings(OnePlace):
    """One index has all the texts, so that each query may find the text of another, too."""

    def test_spellings(self, index: SearchIndex) -> None:
        """All in one test: an index per text would take minutes on a server."""
        texts = {f"s{n:03}": spelling for n, spelling in enumerate(SPELLINGS)}
        self.put(index, *(story(key, "", one.text, lang=one.lang) for key, one in texts.items()))
        missed, wrong = [], []
        for key, spelling in texts.items():
            missed += [
                (spelling.text, q) for q in spelling.found_by if key not in self._found(index, q)
            ]
            wrong += [
                (spelling.text, q) for q in spelling.not_found_by if key in self._found(index, q)
            ]
        assert missed == [], missed
        assert wrong == [], wrong

    @staticmethod
    def _found(index: SearchIndex, query: str) -> list[str]:
        clause = Phrase(query.strip('"')) if query.startswith('"') else Match(query)
        return found(ask(index, clause))
