import type { TaskList } from "../api/types.ts";
import { ConfirmDialog } from "../controls/confirm-dialog.tsx";
import { Dialog } from "../controls/dialog.tsx";
import { ListNameForm } from "./list-name-form.tsx";
import { ShareDialog } from "./share-dialog.tsx";
import type { Lists } from "./use-lists.ts";

export type ListDialog =
  | { readonly kind: "share" | "delete" | "leave"; readonly list: TaskList }
  /** `typed`: a name that was refused before. */
  | { readonly kind: "rename"; readonly list: TaskList; readonly typed?: string };

interface ListDialogsProps {
  readonly dialog: ListDialog;
  readonly lists: Lists;
  readonly onOpen: (dialog: ListDialog) => void;
  readonly onClose: () => void;
}

/** What can be done with a list, one dialog at a time. */
export function ListDialogs({ dialog, lists, onOpen, onClose }: ListDialogsProps) {
  const { kind, list } = dialog;
  const closeAnd = (work: Promise<void>) => {
    onClose();
    void work;
  };
  if (kind === "share") return <ShareDialog list={list} onClose={onClose} />;
  if (kind === "rename") {
    const rename = (name: string) => {
      const reopen = () => onOpen({ kind, list, typed: name });
      closeAnd(name === list.name ? Promise.resolve() : lists.rename(list, name, reopen));
    };
    return (
      <Dialog title="Rename the list" shape="box" onClose={onClose}>
        <ListNameForm
          label="Name"
          initialName={dialog.typed ?? list.name}
          submitLabel="Rename"
          onCancel={onClose}
          onSubmit={async (name) => rename(name)}
        />
      </Dialog>
    );
  }
  if (kind === "leave") {
    return (
      <ConfirmDialog
        title={`Leave “${list.name}”?`}
        consequence="You will not see its tasks any more, until its owner lets you in again."
        confirmLabel="Leave the list"
        onConfirm={() => closeAnd(lists.leave(list))}
        onCancel={onClose}
      />
    );
  }
  return (
    <ConfirmDialog
      title={`Delete “${list.name}”?`}
      consequence="Its tasks stay, without a list. Whoever it is shared with sees them no more."
      confirmLabel="Delete the list"
      onConfirm={() => closeAnd(lists.remove(list))}
      onCancel={onClose}
    />
  );
}
