import { Link } from "./link.tsx";
import { useSession, useSurroundings } from "./provider.tsx";

/** Where the link that deletes an account leads. Who is signed in still has theirs. */
export function AccountDeleted() {
  const { status } = useSession();
  const { texts, paths } = useSurroundings();
  if (status !== "signed-in" && status !== "signed-out") return null;
  return (
    <div className="gatepost">
      <p className="gatepost-text" role="status">
        {status === "signed-in" ? texts.account.notDeleted : texts.account.deleted}
      </p>
      <div className="gatepost-elsewhere">
        <Link to={paths.home}>{texts.verifyEmail.goOn}</Link>
      </div>
    </div>
  );
}
