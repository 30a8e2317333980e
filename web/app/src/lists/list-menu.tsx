import type { TaskList } from "../api/types.ts";
import { Disclosure } from "../controls/disclosure.tsx";
import { Icon, type IconName } from "../controls/icon.tsx";
import { isOwn } from "./access.ts";
import type { ListDialog } from "./list-dialogs.tsx";

interface Choice {
  readonly kind: ListDialog["kind"];
  readonly icon: IconName;
  readonly words: string;
}

const FOR_OWNERS: readonly Choice[] = [
  { kind: "share", icon: "share", words: "Share" },
  { kind: "rename", icon: "pencil", words: "Rename" },
  { kind: "delete", icon: "trash", words: "Delete" },
];
const FOR_GUESTS: readonly Choice[] = [{ kind: "leave", icon: "leave", words: "Leave" }];

interface ListMenuProps {
  readonly list: TaskList;
  readonly onChoose: (dialog: ListDialog) => void;
}

export function ListMenu({ list, onChoose }: ListMenuProps) {
  return (
    <Disclosure
      label={`What to do with “${list.name}”`}
      buttonClassName="icon-button list-menu-button"
      button={<Icon name="more" size={22} />}
    >
      {(close) =>
        (isOwn(list) ? FOR_OWNERS : FOR_GUESTS).map(({ kind, icon, words }) => (
          <button
            key={kind}
            type="button"
            className="disclosure-item"
            onClick={() => {
              close();
              onChoose({ kind, list });
            }}
          >
            <Icon name={icon} />
            {words}…
          </button>
        ))
      }
    </Disclosure>
  );
}
