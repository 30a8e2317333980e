import { Wordmark } from "../brand/wordmark.tsx";
import { Icon } from "../controls/icon.tsx";
import { ListLinks } from "../lists/list-links.tsx";
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
  readonly onFollow?: () => void;
}

export function Sidebar({ filters, lists, onShowHelp, onFollow }: SidebarProps) {
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
        {...(onFollow && { onFollow })}
      >
        <Icon name="inbox" />
        All tasks
      </RouteLink>
      <h2 className="sidebar-heading">Lists</h2>
      <ListLinks filters={filters} lists={lists} {...(onFollow && { onFollow })} />
      <NewListForm
        onCreate={async (name) => {
          const created = await lists.create(name);
          navigate(addressOf({ ...filters, listId: created.id }));
          onFollow?.();
        }}
      />
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
