import { VerifyEmailNotice } from "@gatepost/client/react";
import { useRef, useState } from "react";
import { useDebounced } from "../controls/use-debounced.ts";
import { useMediaQuery } from "../controls/use-media-query.ts";
import type { ListDialog } from "../lists/list-dialogs.tsx";
import { takeNewestOffer } from "../messages/toasts.ts";
import type { Person } from "../session/session.ts";
import { TaskScreen } from "../tasks/task-screen.tsx";
import { useFilters } from "./filters.ts";
import { OfflineNotice } from "./offline-notice.tsx";
import { ShortcutsDialog } from "./shortcuts-dialog.tsx";
import { Side } from "./side.tsx";
import { TopBar } from "./top-bar.tsx";
import { useShortcuts } from "./use-shortcuts.ts";
import { useWorkspaceData } from "./use-workspace-data.ts";
import "./workspace.css";

const SEARCH_DELAY_MS = 250;

/** Everything of one person's. It is mounted for that person and thrown away with them. */
export function Workspace({ person }: { readonly person: Person }) {
  const filters = useFilters();
  const [searchText, setSearchText] = useState("");
  const settledText = useDebounced(searchText.trim(), SEARCH_DELAY_MS);
  const { lists, feed, reload, online, deaf } = useWorkspaceData(person, { ...filters, text: settledText });
  const [drawerOpen, setDrawerOpen] = useState(false);
  const [helpOpen, setHelpOpen] = useState(false);
  const [listDialog, setListDialog] = useState<ListDialog>();
  const wide = useMediaQuery("(min-width: 56rem)");
  const newTaskField = useRef<HTMLInputElement>(null);
  const searchField = useRef<HTMLInputElement>(null);

  useShortcuts({
    write: () => newTaskField.current?.focus(),
    search: () => searchField.current?.focus(),
    undo: takeNewestOffer,
    help: () => setHelpOpen(true),
  });

  return (
    <div className="workspace">
      <a className="visually-hidden skip-link" href="#tasks">
        Skip to the tasks
      </a>
      <Side
        filters={filters}
        lists={lists}
        shape={wide ? "column" : drawerOpen ? "drawer" : "closed"}
        onCloseDrawer={() => setDrawerOpen(false)}
        onShowHelp={() => setHelpOpen(true)}
        dialog={listDialog}
        onDialog={setListDialog}
      />
      <div className="workspace-body">
        <OfflineNotice online={online} deaf={deaf} />
        <VerifyEmailNotice />
        <TopBar person={person} onOpenDrawer={wide ? undefined : () => setDrawerOpen(true)} />
        <main id="tasks" className="workspace-main" tabIndex={-1}>
          <TaskScreen
            filters={filters}
            feed={feed}
            lists={lists.items}
            reload={reload}
            searchText={searchText}
            onSearch={setSearchText}
            onShare={(list) => setListDialog({ kind: "share", list })}
            newTaskField={newTaskField}
            searchField={searchField}
          />
        </main>
      </div>
      {helpOpen && <ShortcutsDialog onClose={() => setHelpOpen(false)} />}
    </div>
  );
}
