export type Priority = "none" | "low" | "medium" | "high";

export interface Task {
  readonly id: string;
  readonly title: string;
  readonly notes: string;
  /** `YYYY-MM-DD`: a day on the person's calendar, not a moment. */
  readonly due_date: string | null;
  readonly priority: Priority;
  readonly done: boolean;
  readonly list_id: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

export type TaskChanges = Partial<Pick<Task, "title" | "notes" | "due_date" | "priority" | "done" | "list_id">>;

export type NewTask = TaskChanges & Pick<Task, "title">;

/** What a task needs to be made anew after its deletion. */
export type DeletedTask = Omit<Task, "id" | "updated_at">;

export type Right = "read" | "edit";

export interface TaskList {
  readonly id: string;
  readonly name: string;
  readonly open_count: number;
  /** What the person is to it: the owner, or a guest with a right. */
  readonly access: "owner" | Right;
  readonly created_at: string;
  readonly updated_at: string;
}

/** Somebody who is let into a list, or will be once they sign up with this address. */
export interface Share {
  readonly id: string;
  readonly address: string;
  readonly right: Right;
  readonly created_at: string;
}

export type TaskStatus = "all" | "open" | "done";

export type TaskSort = "-created_at" | "created_at" | "-updated_at" | "due_date" | "-priority" | "title";

export interface TaskQuery {
  readonly status: TaskStatus;
  readonly listId: string | null;
  readonly text: string;
  readonly sort: TaskSort;
}

export interface TaskPage {
  readonly items: readonly Task[];
  readonly next_cursor: string | null;
}

export type BulkAction =
  | { readonly action: "complete" | "reopen" | "delete"; readonly ids: readonly string[] }
  | { readonly action: "move"; readonly ids: readonly string[]; readonly list_id: string | null };

export type ExportFormat = "csv" | "json";
