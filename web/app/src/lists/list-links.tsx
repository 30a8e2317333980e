import type { TaskList } from "../api/types.ts";
import { Icon } from "../controls/icon.tsx";
import { sentenceFor } from "../messages/refusals.ts";
import { RouteLink } from "../routing/route-link.tsx";
import { addressOf, type Filters } from "../workspace/filters.ts";
import { isOwn } from "./access.ts";
import type { ListDialog } from "./list-dialogs.tsx";
import { ListMenu } from "./list-menu.tsx";
import type { Lists } from "./use-lists.ts";
import "./lists.css";

interface ListLinksProps {
  readonly filters: Filters;
  readonly onFollow: () => void;
  readonly onChoose: (dialog: ListDialog) => void;
}

/** The person's own lists. */
export function OwnLists({ lists, ...links }: ListLinksProps & { readonly lists: Lists }) {
  const { items, failure, reload } = lists;
  if (failure !== undefined) {
    return (
      <div className="lists-failure" role="alert">
        <p>{sentenceFor(failure)}</p>
        <button type="button" className="button button-secondary" onClick={reload}>
          Load the lists again
        </button>
      </div>
    );
  }
  if (!items) return <p className="list-placeholder" aria-hidden="true" />;
  const own = items.filter(isOwn);
  if (own.length === 0) return <p className="lists-empty">None yet. A list keeps tasks together, and can be shared.</p>;
  return <Links items={own} {...links} />;
}

/** What others share with the person; nothing where nobody does. */
export function SharedLists({ items = [], ...links }: ListLinksProps & { readonly items: Lists["items"] }) {
  const shared = items.filter((list) => !isOwn(list));
  if (shared.length === 0) return null;
  return (
    <>
      <h2 className="sidebar-heading">Shared with me</h2>
      <Links items={shared} {...links} />
    </>
  );
}

function Links({ items, filters, onFollow, onChoose }: ListLinksProps & { readonly items: readonly TaskList[] }) {
  return (
    <ul className="list-links">
      {items.map((list) => (
        <li key={list.id} className="list-line">
          <RouteLink
            to={addressOf({ ...filters, listId: list.id })}
            className="sidebar-link"
            current={filters.listId === list.id}
            onFollow={onFollow}
          >
            <Icon name="list" />
            <span className="list-words">
              <span className="list-name">{list.name}</span>
              {!isOwn(list) && <span className="list-right">{RIGHTS[list.access]}</span>}
            </span>
            <span className="list-count">
              {list.open_count}
              <span className="visually-hidden"> open</span>
            </span>
          </RouteLink>
          <ListMenu list={list} onChoose={onChoose} />
        </li>
      ))}
    </ul>
  );
}

export const RIGHTS = { owner: "Yours", edit: "Can edit", read: "Can only read" } as const;
