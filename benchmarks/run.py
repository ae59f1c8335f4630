"""Measure the library side by side with its peers; what `make bench` prints.

    python benchmarks/run.py                    all subjects
    python benchmarks/run.py loading            one of them
    python benchmarks/run.py loading --quick    the same with tables of a tenth of the size

Fresh processes, in turn, medians of five. Absolute times depend on the machine; the ratios are what may be quoted.
A subject is a module beside this one with a function `measure(share)` that yields lines; `share` is 1, or 0.1 when quick.
"""

import argparse
import importlib

from processes import RUNS

SUBJECTS = ("loading", "validating", "comparing", "building")


def main() -> None:
    """Measure the subjects that are asked for, and print each line as soon as it is known."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("subjects", nargs="*", metavar="SUBJECT", help=f"any of {', '.join(SUBJECTS)}; none: all")
    options.add_argument("--quick", action="store_true", help="take tables of a tenth of the size")
    asked = options.parse_args()
    unknown = sorted({*asked.subjects} - {*SUBJECTS})
    if unknown:
        options.error(f"there is no subject {unknown[0]}; there are {', '.join(SUBJECTS)}")
    print(f"medians of {RUNS} fresh processes each, in turn; ratio = ours / theirs, above 1 they are better")
    for subject in asked.subjects or SUBJECTS:
        print(f"\n# {subject}", flush=True)
        for line in importlib.import_module(subject).measure(0.1 if asked.quick else 1.0):
            print(line, flush=True)


if __name__ == "__main__":
    main()
