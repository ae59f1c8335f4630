"""Catalogue records of a package for other people's programs: one vocabulary a module, each a pure function of an entry.

``entries`` is what they are all made from; ``rdf`` writes the ones that are graphs.
Nothing is claimed that a package does not say: what is not known is left out, and where a vocabulary wants a text in any
case (a title, a description), the package's name and its own tables and columns stand in.
"""
