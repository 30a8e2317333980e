import { changeManyTasks, createTask, restoreTasks, updateTask } from "../api/tasks.ts";
import type { BulkAction, NewTask, Task, TaskChanges } from "../api/types.ts";
import { say, sayProblem, sayQuietly, sayTakenBack, withdrawOffers } from "../messages/toasts.ts";
import { undoingOf, type Undoing } from "./undoing.ts";
import type { TaskEdit, TaskFeed } from "./use-task-feed.ts";

export interface TaskActions {
  /** Resolves to whether it worked; when not, the person has been told. */
  readonly add: (task: NewTask) => Promise<boolean>;
  /** These show at once. What is refused is taken back, and the person told. `tasks` are as they were before. */
  readonly change: (change: BulkAction, tasks: readonly Task[]) => Promise<void>;
  /** `onReopen` is offered when it is refused, so that nothing typed is lost. */
  readonly save: (task: Task, changes: TaskChanges, onReopen: () => void) => Promise<void>;
}

/** What a person can do to tasks. `reload` refreshes everything a task shows up in. */
export function taskActions(feed: Pick<TaskFeed, "edit">, reload: () => void): TaskActions {
  async function attempt(work: () => Promise<void>, onRefused: (error: unknown) => void): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      onRefused(error);
      return false;
    } finally {
      reload();
    }
  }

  const add = (task: NewTask) =>
    attempt(async () => {
      const created = await createTask(task);
      sayQuietly(`Added “${created.title}”.`);
    }, sayProblem);

  async function change(wanted: BulkAction, tasks: readonly Task[]): Promise<void> {
    withdrawOffers(wanted.ids);
    const undoing = undoingOf(wanted, tasks);
    const worked = await attempt(
      () => take(feed, wanted),
      (error) => sayTakenBack(named(tasks), error),
    );
    if (!worked) return;
    const text = `${PAST_TENSE[wanted.action]} ${named(tasks)}.`;
    if (undoing.length === 0) say(text);
    else say(text, { label: "Undo", run: () => void undo(undoing, tasks), subjects: wanted.ids });
  }

  async function undo(undoing: readonly Undoing[], tasks: readonly Task[]): Promise<void> {
    // Each step may be taken twice: a restoration has its key, and the others say how it is to be.
    const again = { label: "Try again", run: () => void undo(undoing, tasks), subjects: tasks.map(({ id }) => id) };
    const worked = await attempt(
      async () => {
        for (const step of undoing) await take(feed, step);
      },
      (error) => sayTakenBack(named(tasks), error, again),
    );
    if (worked) sayQuietly("Undone.");
  }

  async function save(task: Task, changes: TaskChanges, onReopen: () => void): Promise<void> {
    const offer = { label: "Reopen", run: onReopen, subjects: [task.id] };
    const worked = await attempt(
      () => feed.edit({ ids: [task.id], changes }, () => updateTask(task.id, changes)),
      (error) => sayTakenBack(named([task]), error, offer),
    );
    if (worked) sayQuietly(`Saved “${changes.title ?? task.title}”.`);
  }

  return { add, change, save };
}

function take(feed: Pick<TaskFeed, "edit">, step: Undoing): Promise<void> {
  if (step.action === "restore") return restoreTasks(step.restorations);
  return feed.edit(editOf(step), () => changeManyTasks(step));
}

function editOf(change: BulkAction): TaskEdit {
  if (change.action === "delete") return { ids: change.ids, changes: "removed" };
  if (change.action === "move") return { ids: change.ids, changes: { list_id: change.list_id } };
  return { ids: change.ids, changes: { done: change.action === "complete" } };
}

const PAST_TENSE: Readonly<Record<BulkAction["action"], string>> = {
  complete: "Completed",
  reopen: "Reopened",
  move: "Moved",
  delete: "Deleted",
};

function named(tasks: readonly Task[]): string {
  const [only, ...others] = tasks;
  return only && others.length === 0 ? `“${only.title}”` : `${tasks.length} tasks`;
}
