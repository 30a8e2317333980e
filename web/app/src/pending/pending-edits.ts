/** A change that is shown before the server has agreed to it. */
export interface PendingEdit<Item> {
  readonly ids: readonly string[];
  readonly changes: Partial<Item> | "removed";
}

interface Identified {
  readonly id: string;
}

/**
 * What the server last said, with what it has not answered yet laid over it, oldest first.
 * An edit that is refused is taken out from between the others: what came after it stays.
 */
export function withEdits<Item extends Identified>(
  items: readonly Item[],
  edits: readonly PendingEdit<Item>[],
): readonly Item[] {
  return edits.reduce(withEdit, items);
}

function withEdit<Item extends Identified>(items: readonly Item[], edit: PendingEdit<Item>): readonly Item[] {
  const { changes } = edit;
  const ids = new Set(edit.ids);
  if (changes === "removed") return items.filter(({ id }) => !ids.has(id));
  return items.map((item) => (ids.has(item.id) ? { ...item, ...changes } : item));
}

/** What the server has said, once it has agreed to an edit: what it answered, or else what was asked. */
export function confirmed<Item extends Identified>(
  items: readonly Item[],
  edit: PendingEdit<Item>,
  answer: Item | void,
): readonly Item[] {
  if (!answer) return withEdits(items, [edit]);
  return items.map((item) => (item.id === answer.id ? answer : item));
}
