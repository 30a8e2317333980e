import { useState } from "react";
import type { TaskList } from "../api/types.ts";
import { ConfirmDialog } from "../controls/confirm-dialog.tsx";
import { Icon } from "../controls/icon.tsx";
import { RouteLink } from "../routing/route-link.tsx";
import { addressOf, chooseFilters, type Filters } from "../workspace/filters.ts";
import { ListNameForm } from "./list-name-form.tsx";
import type { Lists } from "./use-lists.ts";
import "./lists.css";

interface ListLinksProps {
  readonly filters: Filters;
  readonly lists: Lists;
  readonly onFollow?: () => void;
}

export function ListLinks({ filters, lists, onFollow }: ListLinksProps) {
  const [renaming, setRenaming] = useState<string>();
  const [deleting, setDeleting] = useState<TaskList>();

  if (!lists.items) return <p className="list-placeholder" aria-hidden="true" />;

  async function remove(list: TaskList): Promise<void> {
    setDeleting(undefined);
    const removed = await lists.remove(list);
    if (removed && filters.listId === list.id) chooseFilters({ ...filters, listId: null });
  }

  return (
    <>
      <ul className="list-links">
        {lists.items.map((list) => (
          <li key={list.id} className="list-line">
            {renaming === list.id ? (
              <ListNameForm
                label={`New name for "${list.name}"`}
                initialName={list.name}
                submitLabel="Rename"
                onCancel={() => setRenaming(undefined)}
                onSubmit={async (name) => {
                  if (name !== list.name) await lists.rename(list, name);
                  setRenaming(undefined);
                }}
              />
            ) : (
              <>
                <RouteLink
                  to={addressOf({ ...filters, listId: list.id })}
                  className="sidebar-link"
                  current={filters.listId === list.id}
                  {...(onFollow && { onFollow })}
                >
                  <Icon name="list" />
                  <span className="list-name">{list.name}</span>
                  <span className="list-count">
                    {list.open_count}
                    <span className="visually-hidden"> open</span>
                  </span>
                </RouteLink>
                <span className="list-actions">
                  <button
                    type="button"
                    className="icon-button"
                    aria-label={`Rename "${list.name}"`}
                    onClick={() => setRenaming(list.id)}
                  >
                    <Icon name="pencil" size={16} />
                  </button>
                  <button
                    type="button"
                    className="icon-button icon-button-danger"
                    aria-label={`Delete list "${list.name}"`}
                    onClick={() => setDeleting(list)}
                  >
                    <Icon name="trash" size={16} />
                  </button>
                </span>
              </>
            )}
          </li>
        ))}
      </ul>
      {deleting && (
        <ConfirmDialog
          title={`Delete “${deleting.name}”?`}
          consequence="Its tasks stay, without a list."
          confirmLabel="Delete the list"
          onConfirm={() => void remove(deleting)}
          onCancel={() => setDeleting(undefined)}
        />
      )}
    </>
  );
}
