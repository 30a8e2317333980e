import { Wordmark } from "../brand/wordmark.tsx";
import { Icon } from "../controls/icon.tsx";
import type { ListDialog } from "../lists/list-dialogs.tsx";
import { OwnLists, SharedLists } from "../lists/list-links.tsx";
import { NewListForm } from "../lists/new-list-form.tsx";
import type { Lists } from "../lists/use-lists.ts";
import { navigate } from "../routing/location.ts";
import { RouteLink } from "../routing/route-link.tsx";
import { addressOf, type Filters } from "./filters.ts";
import "./sidebar.css";

interface SidebarProps {
  readonly filters: Filters;
  readonly lists: Lists;
  /** Absent in the drawer, where there is no keyboard to speak of and the dialog has its own title. */
  readonly onShowHelp?: () => void;
  readonly onFollow: () => void;
  readonly onListDialog: (dialog: ListDialog) => void;
}

export function Sidebar({ filters, lists, onShowHelp, onFollow, onListDialog }: SidebarProps) {
  const links = { filters, onFollow, onChoose: onListDialog };
  return (
    <nav className="sidebar" aria-label="Sidebar">
      {onShowHelp && (
        <div className="sidebar-brand">
          <Wordmark />
        </div>
      )}
      <RouteLink
        to={addressOf({ ...filters, listId: null })}
        className="sidebar-link"
        current={filters.listId === null}
        onFollow={onFollow}
      >
        <Icon name="inbox" />
        All tasks
      </RouteLink>
      <h2 className="sidebar-heading">Lists</h2>
      <OwnLists lists={lists} {...links} />
      <NewListForm
        onCreate={async (name) => {
          const created = await lists.create(name);
          navigate(addressOf({ ...filters, listId: created.id }));
          onFollow();
        }}
      />
      <SharedLists items={lists.items} {...links} />
      {onShowHelp && (
        <button type="button" className="sidebar-help" onClick={onShowHelp}>
          <Icon name="keyboard" />
          Keyboard shortcuts
          <kbd className="keycap" aria-hidden="true">
            ?
          </kbd>
        </button>
      )}
    </nav>
  );
}
