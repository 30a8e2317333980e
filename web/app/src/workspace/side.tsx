import { Dialog } from "../controls/dialog.tsx";
import { ListDialogs, type ListDialog } from "../lists/list-dialogs.tsx";
import type { Lists } from "../lists/use-lists.ts";
import type { Filters } from "./filters.ts";
import { Sidebar } from "./sidebar.tsx";

interface SideProps {
  readonly filters: Filters;
  readonly lists: Lists;
  /** A column where there is room for one, else a drawer that is open or not. */
  readonly shape: "column" | "drawer" | "closed";
  readonly onCloseDrawer: () => void;
  readonly onShowHelp: () => void;
  /** Which list is being shared, renamed or left, if any. */
  readonly dialog: ListDialog | undefined;
  readonly onDialog: (dialog: ListDialog | undefined) => void;
}

export function Side({ filters, lists, shape, onCloseDrawer, onShowHelp, dialog, onDialog }: SideProps) {
  const sidebar = {
    filters,
    lists,
    onFollow: onCloseDrawer,
    onListDialog: (chosen: ListDialog) => {
      onCloseDrawer();
      onDialog(chosen);
    },
  };
  return (
    <>
      {shape === "column" && (
        <div className="workspace-side">
          <Sidebar {...sidebar} onShowHelp={onShowHelp} />
        </div>
      )}
      {shape === "drawer" && (
        <Dialog title="Your lists" shape="drawer" onClose={onCloseDrawer}>
          <Sidebar {...sidebar} />
        </Dialog>
      )}
      {dialog && <ListDialogs dialog={dialog} lists={lists} onOpen={onDialog} onClose={() => onDialog(undefined)} />}
    </>
  );
}
