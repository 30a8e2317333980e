import { useEffect } from "react";
import type { TaskList } from "../api/types.ts";
import { Icon } from "../controls/icon.tsx";
import { isOwn } from "../lists/access.ts";
import { RIGHTS } from "../lists/list-links.tsx";
import { usePageTitle } from "../routing/use-page-title.ts";
import { chooseFilters, type Filters } from "../workspace/filters.ts";
import { ExportMenu } from "./export-menu.tsx";
import type { TaskFeed } from "./use-task-feed.ts";

interface ScreenHeadingProps {
  readonly filters: Filters;
  readonly feed: TaskFeed;
  readonly list: TaskList | undefined;
  readonly listsLoaded: boolean;
  readonly onShare: (list: TaskList) => void;
}

export function ScreenHeading({ filters, feed, list, listsLoaded, onShare }: ScreenHeadingProps) {
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
        <p className="screen-count">
          {feed.items ? countOf(feed.items.length, feed.hasMore) : " "}
          {list && !isOwn(list) && <span className="screen-right">Shared with you · {RIGHTS[list.access]}</span>}
        </p>
      </div>
      <div className="screen-actions">
        {list && isOwn(list) && (
          <button type="button" className="button button-quiet" aria-label="Share" onClick={() => onShare(list)}>
            <Icon name="share" />
            <span className="wide-only">Share</span>
          </button>
        )}
        <ExportMenu />
      </div>
    </div>
  );
}

function countOf(count: number, hasMore: boolean): string {
  if (count === 0) return "Nothing here";
  const tasks = count === 1 ? "task" : "tasks";
  return hasMore ? `More than ${count} ${tasks}` : `${count} ${tasks}`;
}
