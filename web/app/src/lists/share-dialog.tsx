import { useRef, useState } from "react";
import type { Right, Share, TaskList } from "../api/types.ts";
import { Dialog } from "../controls/dialog.tsx";
import { Icon } from "../controls/icon.tsx";
import { LoadFailure } from "../loading/load-failure.tsx";
import { sentenceFor } from "../messages/refusals.ts";
import { InviteForm, RightChoice } from "./invite-form.tsx";
import { useShares, type Shares } from "./use-shares.ts";
import "./share-dialog.css";

interface ShareDialogProps {
  readonly list: TaskList;
  readonly onClose: () => void;
}

/** Who else sees a list. What happens is said in here: the messages of the page lie behind a dialog. */
export function ShareDialog({ list, onClose }: ShareDialogProps) {
  const shares = useShares(list.id);
  const [news, setNews] = useState("");
  const [problem, setProblem] = useState<string>();
  const addressField = useRef<HTMLInputElement>(null);

  async function attempt(work: Promise<void>, done: string): Promise<void> {
    setProblem(undefined);
    try {
      await work;
      setNews(done);
    } catch (error) {
      setNews("");
      setProblem(sentenceFor(error));
    }
  }

  return (
    <Dialog title={`Share “${list.name}”`} shape="box" onClose={onClose}>
      <InviteForm
        field={addressField}
        onInvite={async (address, right) => {
          const added = await shares.add(address, right);
          setNews(`${added.address} is let in.`);
        }}
      />
      <p className="visually-hidden" role="status">
        {news}
      </p>
      <div role="alert">{problem && <p className="problem-box">{problem}</p>}</div>
      <Guests
        shares={shares}
        onChange={(share, right) =>
          void attempt(
            shares.change(share, right),
            `${share.address} ${right === "edit" ? "can edit" : "can only read"} now.`,
          )
        }
        onRemove={(share) => {
          // Its button goes with the row, and focus would fall out of the dialog.
          addressField.current?.focus();
          void attempt(shares.remove(share), `${share.address} is let in no more.`);
        }}
      />
      <p className="field-hint">
        Nobody is written to: tell them yourself. They see the list once they have signed up with this address and have
        confirmed that it is theirs.
      </p>
    </Dialog>
  );
}

interface GuestsProps {
  readonly shares: Shares;
  readonly onChange: (share: Share, right: Right) => void;
  readonly onRemove: (share: Share) => void;
}

function Guests({ shares: { items, failure, reload }, onChange, onRemove }: GuestsProps) {
  if (failure !== undefined) return <LoadFailure failure={failure} onRetry={reload} />;
  if (!items) return <p className="field-hint">Looking up who is let in…</p>;
  if (items.length === 0) return <p className="guests-empty">Nobody else sees this list yet.</p>;
  return (
    <ul className="guests" aria-label="Who is let in">
      {items.map((share) => (
        <li key={share.id} className="guest">
          <span className="guest-address">{share.address}</span>
          <RightChoice
            label={`What ${share.address} may do`}
            value={share.right}
            onChoose={(right) => onChange(share, right)}
          />
          <button
            type="button"
            className="icon-button icon-button-danger"
            aria-label={`Let ${share.address} in no more`}
            onClick={() => onRemove(share)}
          >
            <Icon name="trash" size={16} />
          </button>
        </li>
      ))}
    </ul>
  );
}
