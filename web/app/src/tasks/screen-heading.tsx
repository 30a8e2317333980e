import { useEffect } from "react";
import type { TaskList } from "../api/types.ts";
import { usePageTitle } from "../routing/use-page-title.ts";
import { chooseFilters, type Filters } from "../workspace/filters.ts";
import { ExportMenu } from "./export-menu.tsx";
import type { TaskFeed } from "./use-task-feed.ts";

interface ScreenHeadingProps {
  readonly filters: Filters;
  readonly feed: TaskFeed;
  readonly list: TaskList | undefined;
  readonly listsLoaded: boolean;
}

export function ScreenHeading({ filters, feed, list, listsLoaded }: ScreenHeadingProps) {
  const listIsGone = filters.listId !== null && listsLoaded && !list;

  // The address may name a list that was deleted, or that belonged to whoever signed in here before.
  useEffect(() => {
    if (listIsGone) chooseFilters({ ...filters, listId: null });
  });

  const title = filters.listId === null ? "All tasks" : (list?.name ?? "…");
  usePageTitle(title);
  return (
    <div className="screen-heading">
      <div>
        <h1 className="screen-title">{title}</h1>
        <p className="screen-count">{feed.items ? countOf(feed.items.length, feed.hasMore) : " "}</p>
      </div>
      <ExportMenu />
    </div>
  );
}

function countOf(count: number, hasMore: boolean): string {
  if (count === 0) return "Nothing here";
  const tasks = count === 1 ? "task" : "tasks";
  return hasMore ? `More than ${count} ${tasks}` : `${count} ${tasks}`;
}
