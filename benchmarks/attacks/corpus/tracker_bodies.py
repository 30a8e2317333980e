"""What goes into the tracker and comes out of it."""

from typing import Annotated

from pydantic import Field

from benchmarks.attacks.corpus import answers


class ProjectIn(answers.Strict):
    """A project to be."""

    name: answers.Line


class MemberIn(answers.Strict):
    """Who is to be let in."""

    email: answers.Email


class TaskIn(answers.Strict):
    """A task to be."""

    title: answers.Line


class TaskPatch(answers.Strict):
    """What is to change of it."""

    title: answers.Line | None = None
    done: bool | None = None
    project_id: str | None = None


class Bulk(answers.Strict):
    """What is to change of several."""

    ids: Annotated[list[str], Field(min_length=1, max_length=100)]
    done: bool


class Imported(answers.Strict):
    """A project from a file, which may have been exported here."""

    id: str | None = None
    name: answers.Line
    tasks: Annotated[list[answers.Line], Field(max_length=100, default_factory=list)]


ImportFile = Annotated[list[Imported], Field(max_length=20)]


class ProjectOut(answers.Strict):
    """A project as its members see it."""

    id: str
    name: str


class Projects(answers.Strict):
    """The caller's projects, and how many they are."""

    items: list[ProjectOut]
    total: int
