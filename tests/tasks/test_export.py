"""The export: everything of one person, streamed."""

import csv
import io
import json

from gatepost.testing import Somebody
from tests.tasks.test_tasks import add


def test_an_export_is_all_of_ones_own(ada: Somebody, bob: Somebody) -> None:
    """JSON and CSV hold each of Ada's tasks, oldest first, and nothing of Bob's."""
    tasks = [
        add(ada, title=f"task {number}", notes='a "quoted", line\nand more') for number in range(3)
    ]
    add(bob, title="bob's")
    as_json = ada.http.get("/api/tasks/export")
    assert as_json.headers["content-disposition"] == 'attachment; filename="tasks.json"'
    assert json.loads(as_json.text) == tasks
    as_csv = ada.http.get("/api/tasks/export", params={"format": "csv"})
    assert as_csv.headers["content-type"] == "text/csv; charset=utf-8"
    lines = list(csv.DictReader(io.StringIO(as_csv.text, newline="")))
    assert [(line["title"], line["notes"]) for line in lines] == [
        (task["title"], task["notes"]) for task in tasks
    ]


def test_an_export_larger_than_a_batch_is_whole(ada: Somebody) -> None:
    """More tasks than are read at once still come out complete, each once."""
    for number in range(450):
        add(ada, title=f"task {number}")
    exported = ada.http.get("/api/tasks/export").json()
    assert [task["title"] for task in exported] == [f"task {number}" for number in range(450)]


def test_nothing_to_export_is_an_empty_document(ada: Somebody) -> None:
    """Somebody without tasks gets valid, empty files."""
    assert ada.http.get("/api/tasks/export").json() == []
    lines = ada.http.get("/api/tasks/export", params={"format": "csv"}).text.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("id,title,")


def test_a_cell_is_never_a_formula(ada: Somebody) -> None:
    """A title that a spreadsheet would run is quoted in the CSV, and untouched in the JSON."""
    for start in ("=1+1", "+1", "-1", "@SUM(A1)"):
        add(ada, title=start)
    text = ada.http.get("/api/tasks/export", params={"format": "csv"}).text
    lines = csv.DictReader(io.StringIO(text, newline=""))
    assert [line["title"] for line in lines] == ["'=1+1", "'+1", "'-1", "'@SUM(A1)"]
    titles = [task["title"] for task in ada.http.get("/api/tasks/export").json()]
    assert titles == ["=1+1", "+1", "-1", "@SUM(A1)"]
