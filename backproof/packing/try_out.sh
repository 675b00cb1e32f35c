
# A missing package fails the build of the image here, and not the first submission.
reference=$("$ROOT/venv/bin/python" -I -c \
    'from backproof.assignment.config import load_assignment as load; print(load().reference)')
"$ROOT/venv/bin/python" -I -m backproof check "$reference" --profile quick --confinement process
