"""The oracle: the real Better Auth and Gatepost, set alike, told the same, their answers compared.

`deployment` is what is set, `steps` what is said, `playing` says it and writes down what was
answered, with the random masked. `original` starts Better Auth, `served.py` next door Gatepost.
"""
