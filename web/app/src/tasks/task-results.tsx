import { useRef, type KeyboardEvent, type ReactNode } from "react";
import type { Task, TaskList } from "../api/types.ts";
import { Refusal } from "../api/refusal.ts";
import { listOf, mayChange } from "../lists/access.ts";
import { LoadFailure } from "../loading/load-failure.tsx";
import { LoadMore } from "../loading/load-more.tsx";
import type { Filters } from "../workspace/filters.ts";
import { EmptyState } from "./empty-state.tsx";
import { sectionsByDue, type Day } from "./due-date.ts";
import { focusedRow, moveFocus, useTaskKeys } from "./task-keys.ts";
import { TaskRow, type TaskRowHandlers } from "./task-row.tsx";
import { TaskSkeleton } from "./task-skeleton.tsx";
import type { Selection } from "./use-selection.ts";
import type { TaskFeed } from "./use-task-feed.ts";
import { useKeptFocus } from "./use-kept-focus.ts";
import { useToday } from "./use-today.ts";

interface TaskResultsProps extends TaskRowHandlers {
  readonly filters: Filters;
  readonly feed: TaskFeed;
  readonly lists: readonly TaskList[];
  readonly changeable: readonly Task[];
  readonly searching: boolean;
  readonly selection: Selection;
}

export function TaskResults(props: TaskResultsProps) {
  const { filters, feed, lists, changeable, searching, selection, ...handlers } = props;
  const results = useRef<HTMLElement>(null);
  const today = useToday();
  const { items = [], failure, outdated } = feed;
  const loaded = feed.items !== undefined;
  useTaskKeys({ results, changeable, selection, ...handlers });
  useKeptFocus(results);

  const rowsOf = (tasks: readonly Task[]) => (
    <ul className="task-list">
      {tasks.map((task) => (
        <TaskRow
          key={task.id}
          task={task}
          today={today}
          listName={filters.listId === null ? listOf(task, lists)?.name : undefined}
          changeable={mayChange(task, lists)}
          selection={selection}
          {...handlers}
        />
      ))}
    </ul>
  );

  return (
    <section
      ref={results}
      className="task-results"
      aria-label="Results"
      aria-busy={!loaded || outdated}
      data-outdated={outdated || undefined}
      onKeyDown={moveWithArrows}
    >
      {failure !== undefined && (!loaded || outdated || failure instanceof Refusal) && (
        <LoadFailure failure={failure} onRetry={feed.reload} />
      )}
      {!loaded && failure === undefined && <TaskSkeleton />}
      {loaded && items.length === 0 && !outdated && !feed.hasMore && (
        <EmptyState
          status={filters.status}
          searching={searching}
          access={lists.find(({ id }) => id === filters.listId)?.access}
        />
      )}
      {items.length > 0 && filters.sort !== "due_date" && rowsOf(items)}
      {items.length > 0 && filters.sort === "due_date" && <DueSections items={items} today={today} rowsOf={rowsOf} />}
      {feed.hasMore && <LoadMore loading={feed.loadingMore} onLoad={() => void feed.loadMore()} />}
    </section>
  );
}

interface DueSectionsProps {
  readonly items: readonly Task[];
  readonly today: Day;
  readonly rowsOf: (tasks: readonly Task[]) => ReactNode;
}

function DueSections({ items, today, rowsOf }: DueSectionsProps) {
  return sectionsByDue(items, today).map(({ group, tasks }, position) => (
    <section key={`${group}-${position}`} className="due-section">
      <h2 className="due-heading">{group}</h2>
      {rowsOf(tasks)}
    </section>
  ));
}

function moveWithArrows(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  if (!focusedRow(event.currentTarget)) return;
  event.preventDefault();
  moveFocus(event.currentTarget, event.key === "ArrowDown" ? 1 : -1);
}
