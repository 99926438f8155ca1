"""Examples for the base reranker, made of facts about occupations: nobody starts with outcomes.

The facts come from O*NET and ESCO and are read from a folder; only the Chinese names and duties
(`chinese.tsv`) and the sentences around the facts are this project's own. Occupations on
`left_out.tsv` are those that the evaluation on real résumés asks for: neither they nor any name
they go by may occur in an example.

This room includes information from the O*NET 29.2 Database by the U.S. Department of Labor,
Employment and Training Administration (USDOL/ETA), used under the CC BY 4.0 licence. O*NET® is a
trademark of USDOL/ETA. Bole has modified all or some of this information. USDOL/ETA has not
approved, endorsed, or tested these modifications.

This room uses the ESCO classification of the European Commission (version 1.1, English), shortened
and put into other words; the Commission bears no responsibility for the modifications.
"""

from indexer.learning.foundation.examples import FoundationPair, make_examples
from indexer.learning.foundation.leaving_out import LeftOut, find_left_out, read_left_out

__all__ = ["FoundationPair", "LeftOut", "find_left_out", "make_examples", "read_left_out"]
