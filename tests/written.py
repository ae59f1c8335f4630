"""Code in written pages: run as a reader would run it, and what it says written below it."""

import ast
import contextlib
import io
import re
import traceback

from click.testing import CliRunner

from opendata.cli import commands

# A block of code, and the output that may stand directly below it.
_BLOCK = re.compile(r"^```(python|console)\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?", re.DOTALL | re.MULTILINE)


def run_page(text):
    """Return a page with every block run anew, all in one session, and its output below it.

    Of a Python block it is what a notebook would show: what is printed, then the value of a last expression, or the
    last line of the error that ends it, where a comment on its last line says that it will.
    Of a console block the ``opendata`` commands are run, and what they say stands in it.
    """
    names = {"__name__": "__main__"}

    def renew(match):
        language, code, _ = match.groups()
        if language == "console":
            return f"```console\n{run_commands(code)}```\n"
        told = run_python(code, names)
        return f"```python\n{code}```\n" + (f"\n```text\n{told}```\n" if told else "")

    return _BLOCK.sub(renew, text)


def run_python(code, names):
    """Run a block and return what a reader sees of it, each line ended."""
    tree = ast.parse(code)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    with contextlib.redirect_stdout(io.StringIO()) as out:
        try:
            exec(compile(tree, "<page>", "exec"), names)
            value = eval(compile(ast.Expression(last.value), "<page>", "eval"), names) if last else None
            if value is not None:
                print(repr(value))
        except Exception as error:
            if "  # " not in code.splitlines()[-1]:
                raise
            print(traceback.format_exception_only(error)[-1].rstrip())
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().rstrip().splitlines())


def run_commands(code):
    """Run the commands of a console block that are ours, and return the block with what they say."""
    lines = []
    for line in code.splitlines():
        if line.startswith("$ "):
            lines.append(line)
            if line.startswith("$ opendata "):
                lines += CliRunner().invoke(commands, line.split()[2:]).output.splitlines()
    return "".join(f"{line}\n" for line in lines)
