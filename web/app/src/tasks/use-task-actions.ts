import { changeManyTasks, createTask, deleteTask, updateTask } from "../api/tasks.ts";
import type { BulkAction, NewTask, Task, TaskChanges } from "../api/types.ts";
import { say, sayProblem, sayQuietly, withdrawOffers } from "../messages/toasts.ts";
import type { TaskFeed } from "./use-task-feed.ts";

export interface TaskActions {
  /** Each resolves to whether it worked; when not, the person has been told. */
  readonly add: (task: NewTask) => Promise<boolean>;
  readonly setDone: (task: Task, done: boolean) => Promise<void>;
  readonly remove: (task: Task) => Promise<void>;
  readonly changeMany: (change: BulkAction) => Promise<boolean>;
  /** Rejects when refused: the editor stays open and says why itself. */
  readonly save: (task: Task, changes: TaskChanges) => Promise<void>;
}

/** What a person can do to tasks. `reload` refreshes everything a task shows up in. */
export function taskActions(feed: Pick<TaskFeed, "change">, reload: () => void): TaskActions {
  const replace = (changed: Task) =>
    feed.change((items) => items.map((item) => (item.id === changed.id ? changed : item)));

  async function attempt(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      sayProblem(error);
      return false;
    } finally {
      reload();
    }
  }

  const add = (task: NewTask) =>
    attempt(async () => {
      const created = await createTask(task);
      sayQuietly(`Added “${created.title}”.`);
    });

  async function setDone(task: Task, done: boolean): Promise<void> {
    replace({ ...task, done });
    const worked = await attempt(async () => void (await updateTask(task.id, { done })));
    if (!worked || !done) return;
    say(`Completed “${task.title}”.`, {
      label: "Undo",
      run: () => void setDone({ ...task, done }, false),
      subject: task.id,
    });
  }

  async function remove(task: Task): Promise<void> {
    withdrawOffers(task.id);
    feed.change((items) => items.filter(({ id }) => id !== task.id));
    const worked = await attempt(() => deleteTask(task.id));
    if (!worked) return;
    say(`Deleted “${task.title}”.`, {
      label: "Undo",
      run: () => void attempt(() => recreate(task)),
      subject: task.id,
    });
  }

  const changeMany = (change: BulkAction) =>
    attempt(async () => {
      const count = await changeManyTasks(change);
      say(`${PAST_TENSE[change.action]} ${count} ${count === 1 ? "task" : "tasks"}.`);
    });

  async function save(task: Task, changes: TaskChanges): Promise<void> {
    const saved = await updateTask(task.id, changes);
    replace(saved);
    sayQuietly(`Saved “${saved.title}”.`);
    reload();
  }

  return { add, setDone, remove, changeMany, save };
}

const PAST_TENSE: Readonly<Record<BulkAction["action"], string>> = {
  complete: "Completed",
  move: "Moved",
  delete: "Deleted",
};

/** The server forgets what is deleted, so undoing makes the same task anew. */
async function recreate({ title, notes, due_date, priority, list_id, done }: Task): Promise<void> {
  const created = await createTask({ title, notes, due_date, priority, list_id });
  if (done) await updateTask(created.id, { done });
}
