import type { DeletedTask } from "./types.ts";

const LARGEST_PORTION = 100;
// The server takes a body of a mebibyte; notes can be long.
const LARGEST_PORTION_BYTES = 500_000;

export interface Restoration {
  readonly tasks: readonly DeletedTask[];
  /** By it the server knows the same request again, and does it once. */
  readonly key: string;
}

/** Cuts deleted tasks into requests that the server takes, each with a key of its own. */
export function restorationsOf(tasks: readonly DeletedTask[]): readonly Restoration[] {
  const portions: { tasks: DeletedTask[]; bytes: number }[] = [];
  for (const task of tasks.map(asItWas)) {
    const bytes = new TextEncoder().encode(JSON.stringify(task)).length;
    const last = portions.at(-1);
    if (last && last.tasks.length < LARGEST_PORTION && last.bytes + bytes <= LARGEST_PORTION_BYTES) {
      last.tasks.push(task);
      last.bytes += bytes;
    } else portions.push({ tasks: [task], bytes });
  }
  return portions.map((portion) => ({ tasks: portion.tasks, key: crypto.randomUUID() }));
}

export function withoutLostLists({ tasks, key }: Restoration, listIds: ReadonlySet<string>): Restoration {
  const isThere = (id: string | null) => id !== null && listIds.has(id);
  return {
    tasks: tasks.map((task) => ({ ...task, list_id: isThere(task.list_id) ? task.list_id : null })),
    // It asks for something else, and the server holds a key to what was asked under it.
    key: `${key}-without-lists`,
  };
}

const asItWas = ({ title, notes, due_date, priority, done, list_id, created_at }: DeletedTask): DeletedTask => ({
  title,
  notes,
  due_date,
  priority,
  done,
  list_id,
  created_at,
});
