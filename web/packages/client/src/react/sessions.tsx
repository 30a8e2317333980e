import { useId, useRef, useState } from "react";
import { useTexts } from "./provider.tsx";
import type { Refused } from "./refusals.ts";
import type { Texts } from "./texts.ts";
import { useSessions, type SignedInDevice } from "./use-sessions.ts";

/** Where a person is signed in, and the way to sign out there. */
export function Sessions() {
  const { sessions: words } = useTexts();
  const { devices, refused, load, revoke, revokeOthers } = useSessions();
  const { busy, problem, said, run } = useEnding(load);
  const titleId = useId();
  const title = useRef<HTMLHeadingElement>(null);

  async function end(work: () => Promise<Refused | undefined>, done: string): Promise<void> {
    // The button that was pressed goes away with its row, and the focus with it.
    if (await run(work, done)) title.current?.focus();
  }
  const shown = problem ?? refused;

  return (
    <section className="gatepost gatepost-section" aria-labelledby={titleId}>
      <h2 id={titleId} ref={title} className="gatepost-title" tabIndex={-1}>
        {words.title}
      </h2>
      <p className="gatepost-text">{words.introduction}</p>
      <div role="alert">{shown && <p className="gatepost-refusal">{shown.sentence}</p>}</div>
      <div role="status">
        {said && <p className="gatepost-done">{said}</p>}
        {!devices && !refused && <p className="gatepost-text">{words.loading}</p>}
      </div>
      {refused && (
        <button type="button" className="gatepost-button gatepost-button-plain" onClick={() => void load()}>
          {words.tryAgain}
        </button>
      )}
      <ul className="gatepost-devices">
        {devices?.map((device) => (
          <DeviceRow
            key={device.id}
            device={device}
            busy={busy}
            onSignOut={(name) => void end(() => revoke(device.id), words.signedOut(name))}
          />
        ))}
      </ul>
      {devices?.length === 1 && <p className="gatepost-text">{words.onlyThis}</p>}
      {devices && devices.length > 1 && (
        <button
          type="button"
          className="gatepost-button gatepost-button-plain"
          aria-disabled={busy}
          onClick={() => void end(revokeOthers, words.signedOutOthers)}
        >
          {words.signOutOthers}
        </button>
      )}
    </section>
  );
}

/** One ending at a time, and what came of the last. */
function useEnding(load: () => Promise<void>) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Refused>();
  const [said, setSaid] = useState<string>();

  async function run(work: () => Promise<Refused | undefined>, done: string): Promise<boolean> {
    if (busy) return false;
    setBusy(true);
    setSaid(undefined);
    const refused = await work();
    setProblem(refused);
    await load();
    setSaid(refused ? undefined : done);
    setBusy(false);
    return !refused;
  }
  return { busy, problem, said, run };
}

interface DeviceRowProps {
  readonly device: SignedInDevice;
  readonly busy: boolean;
  readonly onSignOut: (name: string) => void;
}

function DeviceRow({ device, busy, onSignOut }: DeviceRowProps) {
  const { sessions: words } = useTexts();
  const name = words.device(device.browser, device.system);
  return (
    <li className="gatepost-device">
      <div>
        <p className="gatepost-device-name">
          {name} {device.isThis && <span className="gatepost-badge">{words.thisDevice}</span>}
        </p>
        <p className="gatepost-device-detail">{whereAndWhen(device, words)}</p>
      </div>
      {!device.isThis && (
        <button
          type="button"
          className="gatepost-button gatepost-button-plain"
          aria-label={words.signOutOf(name)}
          aria-disabled={busy}
          onClick={() => onSignOut(name)}
        >
          {words.signOut}
        </button>
      )}
    </li>
  );
}

function whereAndWhen({ ipAddress, usedAt }: SignedInDevice, words: Texts["sessions"]): string {
  // The server notes the use of a session once a day at most, so there is no time of day to show.
  const day = usedAt.toLocaleDateString(document.documentElement.lang || undefined, { dateStyle: "medium" });
  return `${ipAddress ?? words.unknownPlace}, ${words.lastUsed(day)}`;
}
