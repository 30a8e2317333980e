import type { KeyboardEvent } from "react";
import type { Task, TaskList } from "../api/types.ts";
import { sentenceFor } from "../messages/refusals.ts";
import type { Filters } from "../workspace/filters.ts";
import { EmptyState } from "./empty-state.tsx";
import { sectionsByDue } from "./due-date.ts";
import { TaskRow, type TaskRowHandlers } from "./task-row.tsx";
import { TaskSkeleton } from "./task-skeleton.tsx";
import type { Selection } from "./use-selection.ts";
import type { TaskFeed } from "./use-task-feed.ts";
import { useToday } from "./use-today.ts";

interface TaskResultsProps extends TaskRowHandlers {
  readonly filters: Filters;
  readonly feed: TaskFeed;
  readonly lists: readonly TaskList[];
  readonly searching: boolean;
  readonly selection: Selection;
}

export function TaskResults({ filters, feed, lists, searching, selection, ...handlers }: TaskResultsProps) {
  const today = useToday();
  const { items, failure, outdated } = feed;

  const listOf = (tasks: readonly Task[]) => (
    <ul className="task-list">
      {tasks.map((task) => (
        <TaskRow
          key={task.id}
          task={task}
          today={today}
          listName={filters.listId === null ? lists.find(({ id }) => id === task.list_id)?.name : undefined}
          selection={selection}
          {...handlers}
        />
      ))}
    </ul>
  );

  return (
    <section
      className="task-results"
      aria-label="Results"
      aria-busy={!items || outdated}
      data-outdated={outdated || undefined}
      onKeyDown={moveWithArrows}
    >
      {failure !== undefined && (!items || outdated) && <LoadFailure failure={failure} onRetry={feed.reload} />}
      {!items && failure === undefined && <TaskSkeleton />}
      {items?.length === 0 && !outdated && (
        <EmptyState status={filters.status} searching={searching} inList={filters.listId !== null} />
      )}
      {items && items.length > 0 && filters.sort !== "due_date" && listOf(items)}
      {items &&
        items.length > 0 &&
        filters.sort === "due_date" &&
        sectionsByDue(items, today).map(({ group, tasks }, position) => (
          <section key={`${group}-${position}`} className="due-section">
            <h2 className="due-heading">{group}</h2>
            {listOf(tasks)}
          </section>
        ))}
      {feed.hasMore && (
        <button
          type="button"
          className="button button-secondary load-more"
          disabled={feed.loadingMore}
          onClick={() => void feed.loadMore()}
        >
          {feed.loadingMore ? "Loading…" : "Load more"}
        </button>
      )}
    </section>
  );
}

function LoadFailure({ failure, onRetry }: { readonly failure: unknown; readonly onRetry: () => void }) {
  return (
    <div className="load-failure problem-box" role="alert">
      <p>{sentenceFor(failure)}</p>
      <button type="button" className="button button-secondary" onClick={onRetry}>
        Try again
      </button>
    </div>
  );
}

/** Up and down go from title to title; Tab still reaches everything else. */
function moveWithArrows(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const titles = [...event.currentTarget.querySelectorAll<HTMLElement>(".task-open")];
  const row = event.target instanceof Element ? event.target.closest(".task-row") : null;
  const here = titles.findIndex((title) => row?.contains(title));
  if (here === -1) return;
  event.preventDefault();
  titles[here + (event.key === "ArrowDown" ? 1 : -1)]?.focus();
}
