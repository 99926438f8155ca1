"""The forms in which people send a résumé: one module each, all from `Paper` to bytes.

Equal input gives equal bytes: dates inside files are fixed and chance comes as `Dice`.
"""
