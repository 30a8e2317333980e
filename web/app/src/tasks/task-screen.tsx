import { useEffect, useMemo, useRef, useState, type RefObject } from "react";
import type { Task, TaskChanges, TaskList } from "../api/types.ts";
import { listOf, mayChange } from "../lists/access.ts";
import { say } from "../messages/toasts.ts";
import type { Filters } from "../workspace/filters.ts";
import { BulkBar } from "./bulk-bar.tsx";
import { QuickAdd } from "./quick-add.tsx";
import { ScreenHeading } from "./screen-heading.tsx";
import { taskActions } from "./task-actions.ts";
import { TaskEditor } from "./task-editor.tsx";
import { TaskResults } from "./task-results.tsx";
import { TaskViewer } from "./task-viewer.tsx";
import { Toolbar } from "./toolbar.tsx";
import type { TaskFeed } from "./use-task-feed.ts";
import { useSelection } from "./use-selection.ts";
import { useToday } from "./use-today.ts";
import "./task-screen.css";

interface TaskScreenProps {
  readonly filters: Filters;
  readonly feed: TaskFeed;
  readonly lists: readonly TaskList[] | undefined;
  readonly reload: () => void;
  readonly searchText: string;
  readonly onSearch: (text: string) => void;
  readonly onShare: (list: TaskList) => void;
  readonly newTaskField: RefObject<HTMLInputElement | null>;
  readonly searchField: RefObject<HTMLInputElement | null>;
}

const NO_LISTS: readonly TaskList[] = [];

export function TaskScreen(props: TaskScreenProps) {
  const { filters, feed, lists = NO_LISTS, reload, searchText, onSearch, onShare, newTaskField, searchField } = props;
  const list = lists.find(({ id }) => id === filters.listId);
  const changeable = useMemo(() => feed.items?.filter((task) => mayChange(task, lists)) ?? [], [feed.items, lists]);
  const selection = useSelection(changeable);
  const actions = taskActions(feed, reload);
  const opened = useOpenedTask(feed.items);

  return (
    <>
      <ScreenHeading
        filters={filters}
        feed={feed}
        list={list}
        listsLoaded={props.lists !== undefined}
        onShare={onShare}
      />
      {list?.access !== "read" && (
        <QuickAdd
          field={newTaskField}
          listName={list?.name}
          onAdd={(title) => actions.add({ title, list_id: list?.id ?? null })}
        />
      )}
      <Toolbar
        filters={filters}
        searchText={searchText}
        onSearch={onSearch}
        searchField={searchField}
        selection={selection}
        selectable={changeable.length > 0}
      />
      {selection.active && (
        <BulkBar
          selection={selection}
          lists={lists}
          onChange={(change, tasks) => {
            selection.stop();
            void actions.change(change, tasks);
          }}
        />
      )}
      <TaskResults
        filters={filters}
        feed={feed}
        lists={lists}
        changeable={changeable}
        searching={searchText.trim() !== ""}
        selection={selection}
        onSetDone={(task, done) =>
          void actions.change({ action: done ? "complete" : "reopen", ids: [task.id] }, [task])
        }
        onOpen={opened.open}
        onDelete={(task) => void actions.change({ action: "delete", ids: [task.id] }, [task])}
      />
      {opened.now && <OpenedTask opened={opened} lists={lists} onSave={actions.save} />}
    </>
  );
}

interface Opened {
  readonly now: { readonly task: Task; readonly draft: TaskChanges | undefined } | undefined;
  /** `draft`: changes that were typed before and not saved. */
  readonly open: (task: Task, draft?: TaskChanges) => void;
  readonly close: () => void;
}

/** A task is held as it was when it was opened: what changes meanwhile is then not written over by an old draft. */
function useOpenedTask(shown: readonly Task[] | undefined): Opened {
  const [now, setNow] = useState<Opened["now"]>();
  const latest = useRef(shown);
  useEffect(() => {
    latest.current = shown;
  });
  const asItIs = (task: Task) => latest.current?.find(({ id }) => id === task.id) ?? task;
  return { now, open: (task, draft) => setNow({ task: asItIs(task), draft }), close: () => setNow(undefined) };
}

interface OpenedTaskProps {
  readonly opened: Opened;
  readonly lists: readonly TaskList[];
  readonly onSave: (task: Task, changes: TaskChanges, onReopen: () => void) => Promise<void>;
}

function OpenedTask({ opened, lists, onSave }: OpenedTaskProps) {
  const today = useToday();
  if (!opened.now) return null;
  const { task, draft } = opened.now;
  if (!mayChange(task, lists)) {
    return <TaskViewer task={task} today={today} listName={listOf(task, lists)?.name} onClose={opened.close} />;
  }

  function close(unsaved: TaskChanges | undefined): void {
    opened.close();
    if (unsaved)
      say(`Closed “${task.title}” without saving.`, {
        label: "Reopen",
        run: () => opened.open(task, unsaved),
        subjects: [task.id],
      });
  }

  return (
    <TaskEditor
      key={task.id}
      task={task}
      draft={draft}
      lists={lists}
      onClose={close}
      onSave={(changes) => void onSave(task, changes, () => opened.open(task, changes))}
    />
  );
}
