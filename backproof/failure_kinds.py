"""The kinds of failures: values of ``Outcome.kind``."""

from __future__ import annotations

WRONG = "wrong"  # a wrong value, shape or type
EXCEPTION = "exception"
EXITED = "exited"
CRASH = "crash"
TIMEOUT = "timeout"
CPU_LIMIT = "cpu-limit"
MEMORY = "memory"
OUTPUT_FLOOD = "output-flood"
FORBIDDEN = "forbidden"
PROTOCOL = "protocol"
NONDETERMINISTIC = "nondeterministic"
GRADER_FAULT = "grader-fault"
MISSING = "missing"
IMPORT_FAILED = "import-failed"

# Descriptions that reveal nothing about a property, for hidden ones.
SHORT_DESCRIPTIONS = {
    WRONG: "a wrong result",
    EXCEPTION: "your code raised an exception",
    EXITED: "your code ended the program",
    CRASH: "your code crashed",
    TIMEOUT: "your code gave no answer in time",
    CPU_LIMIT: "your code computed longer than it may",
    MEMORY: "your code needed more memory than it may use",
    OUTPUT_FLOOD: "your code printed too much",
    FORBIDDEN: "your code tried something that is not available while grading",
    PROTOCOL: "your code gave an invalid reply to the grader",
    NONDETERMINISTIC: "different results for the same input",
    GRADER_FAULT: "not graded: a fault of the grader, not of your code",
    MISSING: "a module or function that is not there",
    IMPORT_FAILED: "a file that cannot be imported",
}
