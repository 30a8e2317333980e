import type { TaskQuery, TaskSort, TaskStatus } from "../api/types.ts";
import { navigate, useLocation } from "../routing/location.ts";

export const STATUSES: Readonly<Record<TaskStatus, string>> = { all: "All", open: "Open", done: "Done" };

export const SORTS: Readonly<Record<TaskSort, string>> = {
  "-created_at": "Newest first",
  created_at: "Oldest first",
  due_date: "Due date",
  "-priority": "Priority",
  "-updated_at": "Last changed",
  title: "Title, A to Z",
};

/** What the address says. The search text stays out of it: addresses end up in the browser's history. */
export type Filters = Omit<TaskQuery, "text">;

export function useFilters(): Filters {
  const { search } = useLocation();
  const status = search.get("status");
  const sort = search.get("sort");
  return {
    listId: search.get("list"),
    status: isKeyOf(STATUSES, status) ? status : "all",
    sort: isKeyOf(SORTS, sort) ? sort : "-created_at",
  };
}

export function addressOf({ listId, status, sort }: Filters): string {
  const search = new URLSearchParams();
  if (listId) search.set("list", listId);
  if (status !== "all") search.set("status", status);
  if (sort !== "-created_at") search.set("sort", sort);
  return search.size > 0 ? `/?${search}` : "/";
}

export const chooseFilters = (filters: Filters): void => navigate(addressOf(filters), { replace: true });

function isKeyOf<Key extends string>(names: Readonly<Record<Key, string>>, value: string | null): value is Key {
  return value !== null && Object.hasOwn(names, value);
}
