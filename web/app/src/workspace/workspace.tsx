import { useCallback, useRef, useState } from "react";
import { useDebounced } from "../controls/use-debounced.ts";
import { useMediaQuery } from "../controls/use-media-query.ts";
import { Dialog } from "../controls/dialog.tsx";
import { useLists } from "../lists/use-lists.ts";
import type { Person } from "../session/session.ts";
import { TaskScreen } from "../tasks/task-screen.tsx";
import { useTaskFeed } from "../tasks/use-task-feed.ts";
import { useFilters } from "./filters.ts";
import { OfflineNotice } from "./offline-notice.tsx";
import { ShortcutsDialog } from "./shortcuts-dialog.tsx";
import { Sidebar } from "./sidebar.tsx";
import { TopBar } from "./top-bar.tsx";
import { useLiveChanges } from "./use-live-changes.ts";
import { useShortcuts } from "./use-shortcuts.ts";
import "./workspace.css";

const SEARCH_DELAY_MS = 250;

/** Everything of one person's. It is mounted for that person and thrown away with them. */
export function Workspace({ person }: { readonly person: Person }) {
  const filters = useFilters();
  const [searchText, setSearchText] = useState("");
  const settledText = useDebounced(searchText.trim(), SEARCH_DELAY_MS);
  const lists = useLists();
  const feed = useTaskFeed({ ...filters, text: settledText });
  const [drawerOpen, setDrawerOpen] = useState(false);
  const [helpOpen, setHelpOpen] = useState(false);
  const wide = useMediaQuery("(min-width: 56rem)");
  const newTaskField = useRef<HTMLInputElement>(null);
  const searchField = useRef<HTMLInputElement>(null);

  const { reload: reloadTasks } = feed;
  const { reload: reloadLists } = lists;
  const reload = useCallback(() => {
    reloadTasks();
    reloadLists();
  }, [reloadTasks, reloadLists]);

  useLiveChanges(reload);
  useShortcuts({
    n: () => newTaskField.current?.focus(),
    "/": () => searchField.current?.focus(),
    "?": () => setHelpOpen(true),
  });

  return (
    <div className="workspace">
      <a className="visually-hidden skip-link" href="#tasks">
        Skip to the tasks
      </a>
      {wide && (
        <div className="workspace-side">
          <Sidebar filters={filters} lists={lists} onShowHelp={() => setHelpOpen(true)} />
        </div>
      )}
      {!wide && drawerOpen && (
        <Dialog title="Your lists" shape="drawer" onClose={() => setDrawerOpen(false)}>
          <Sidebar filters={filters} lists={lists} onFollow={() => setDrawerOpen(false)} />
        </Dialog>
      )}
      <div className="workspace-body">
        <OfflineNotice />
        <TopBar person={person} onOpenDrawer={wide ? undefined : () => setDrawerOpen(true)} />
        <main id="tasks" className="workspace-main" tabIndex={-1}>
          <TaskScreen
            filters={filters}
            feed={feed}
            lists={lists.items}
            reload={reload}
            searchText={searchText}
            onSearch={setSearchText}
            newTaskField={newTaskField}
            searchField={searchField}
          />
        </main>
      </div>
      {helpOpen && <ShortcutsDialog onClose={() => setHelpOpen(false)} />}
    </div>
  );
}
