import { useState } from "react";
import { Icon } from "../controls/icon.tsx";
import { ListNameForm } from "./list-name-form.tsx";

export function NewListForm({ onCreate }: { readonly onCreate: (name: string) => Promise<void> }) {
  const [open, setOpen] = useState(false);

  if (!open) {
    return (
      <button type="button" className="sidebar-link new-list" onClick={() => setOpen(true)}>
        <Icon name="add" />
        New list
      </button>
    );
  }
  return (
    <ListNameForm
      label="Name of the new list"
      submitLabel="Create list"
      onCancel={() => setOpen(false)}
      onSubmit={async (name) => {
        await onCreate(name);
        setOpen(false);
      }}
    />
  );
}
