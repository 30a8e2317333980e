import { useState, type RefObject } from "react";
import type { Task, TaskChanges, TaskList } from "../api/types.ts";
import { say } from "../messages/toasts.ts";
import type { Filters } from "../workspace/filters.ts";
import { BulkBar } from "./bulk-bar.tsx";
import { QuickAdd } from "./quick-add.tsx";
import { ScreenHeading } from "./screen-heading.tsx";
import { TaskEditor } from "./task-editor.tsx";
import { TaskResults } from "./task-results.tsx";
import { Toolbar } from "./toolbar.tsx";
import { taskActions } from "./use-task-actions.ts";
import type { TaskFeed } from "./use-task-feed.ts";
import { useSelection } from "./use-selection.ts";
import "./task-screen.css";

interface TaskScreenProps {
  readonly filters: Filters;
  readonly feed: TaskFeed;
  readonly lists: readonly TaskList[] | undefined;
  readonly reload: () => void;
  readonly searchText: string;
  readonly onSearch: (text: string) => void;
  readonly newTaskField: RefObject<HTMLInputElement | null>;
  readonly searchField: RefObject<HTMLInputElement | null>;
}

interface Editing {
  readonly task: Task;
  readonly draft?: TaskChanges;
}

export function TaskScreen({
  filters,
  feed,
  lists,
  reload,
  searchText,
  onSearch,
  newTaskField,
  searchField,
}: TaskScreenProps) {
  const [editing, setEditing] = useState<Editing>();
  const selection = useSelection(feed.items);
  const actions = taskActions(feed, reload);
  const list = lists?.find(({ id }) => id === filters.listId);

  function closeEditor(task: Task, unsaved: TaskChanges | undefined): void {
    setEditing(undefined);
    if (unsaved)
      say(`Closed “${task.title}” without saving.`, {
        label: "Reopen",
        run: () => setEditing({ task, draft: unsaved }),
        subject: task.id,
      });
  }

  return (
    <>
      <ScreenHeading filters={filters} feed={feed} list={list} listsLoaded={lists !== undefined} />
      <QuickAdd
        field={newTaskField}
        listName={list?.name}
        onAdd={(title) => actions.add({ title, list_id: list?.id ?? null })}
      />
      <Toolbar
        filters={filters}
        searchText={searchText}
        onSearch={onSearch}
        searchField={searchField}
        selection={selection}
      />
      {selection.active && (
        <BulkBar
          selection={selection}
          lists={lists ?? []}
          onChange={async (change) => {
            if (await actions.changeMany(change)) selection.stop();
          }}
        />
      )}
      <TaskResults
        filters={filters}
        feed={feed}
        lists={lists ?? []}
        searching={searchText.trim() !== ""}
        selection={selection}
        onSetDone={actions.setDone}
        onEdit={(task) => setEditing({ task })}
        onDelete={actions.remove}
      />
      {editing && (
        <TaskEditor
          key={editing.task.id}
          task={editing.task}
          draft={editing.draft}
          lists={lists ?? []}
          onClose={(unsaved) => closeEditor(editing.task, unsaved)}
          onSave={async (changes) => {
            await actions.save(editing.task, changes);
            setEditing(undefined);
          }}
        />
      )}
    </>
  );
}
