
# Whatever is missing shows now, in the log of the build, and not with the first student.
reference=$("$ROOT/venv/bin/python" -I -c \
    'from backproof.assignment.config import load_assignment as load; print(load().reference)')
"$ROOT/venv/bin/python" -I -m backproof check "$reference" --profile quick --confinement process
