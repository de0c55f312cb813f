"""What scripts take from gensim.utils: the reader of documents, and what a trim rule returns."""

from fastvec.gensim_compat.text import simple_preprocess as simple_preprocess
from fastvec.gensim_compat.vocabulary import RULE_DEFAULT as RULE_DEFAULT
from fastvec.gensim_compat.vocabulary import RULE_DISCARD as RULE_DISCARD
from fastvec.gensim_compat.vocabulary import RULE_KEEP as RULE_KEEP
