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

export interface TaskList {
  readonly id: string;
  readonly name: string;
  readonly open_count: number;
  readonly created_at: string;
  readonly updated_at: string;
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
  | { readonly action: "complete" | "delete"; readonly ids: readonly string[] }
  | { readonly action: "move"; readonly ids: readonly string[]; readonly list_id: string | null };

export type ExportFormat = "csv" | "json";
