import { useQuery } from "./address.ts";
import { Link } from "./link.tsx";
import { readFollowed, type Followed } from "./mailed-links.ts";
import { useSession, useSurroundings } from "./provider.tsx";
import { refusedWith } from "./refusals.ts";
import { ResendButton, ResendForm } from "./resend.tsx";
import type { Texts } from "./texts.ts";
import type { User } from "../session.ts";

/** What came of a link about an email address; and the way to another link. */
export function VerifyEmail() {
  const session = useSession();
  const { texts, paths } = useSurroundings();
  const query = useQuery();
  if (!query || session.status === "checking") return null;

  const followed = readFollowed(query);
  const user = session.status === "signed-in" ? session.user : null;
  const words = texts.verifyEmail;
  return (
    <div className="gatepost">
      {followed.error ? (
        <p className="gatepost-refusal" role="alert">
          {refusedWith({ status: 400, code: followed.error }, texts.refusals).sentence}
        </p>
      ) : (
        <p className="gatepost-text" role="status">
          {whatHappened(followed, user, words)}
        </p>
      )}
      <Again followed={followed} user={user} />
      <div className="gatepost-elsewhere">
        {user ? <Link to={paths.home}>{words.goOn}</Link> : <Link to={paths.signIn}>{words.signIn}</Link>}
      </div>
    </div>
  );
}

/** Of a person who is here the account is believed, not the address of the page. */
function whatHappened({ about }: Followed, user: User | null, words: Texts["verifyEmail"]): string {
  if (about === "change") return user ? words.changed(user.email) : words.changedUnseen;
  if (user ? user.emailVerified : about === "address") return words.confirmed;
  return about === "sign-up" ? words.sent : words.unknown;
}

function Again({ followed, user }: { readonly followed: Followed; readonly user: User | null }) {
  if (user) return user.emailVerified ? null : <ResendButton email={user.email} />;
  // The link of a change is asked for where the change is.
  const isWanted = followed.about !== "change" && (followed.about !== "address" || followed.error !== undefined);
  return isWanted ? <ResendForm /> : null;
}
