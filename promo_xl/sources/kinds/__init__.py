"""The kinds of sources, a module each; `promo_xl.sources.source` says what a module owes."""
