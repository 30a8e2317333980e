import { useEffect } from "react";
import { useGatepost, useTexts, useUser } from "./provider.tsx";
import { ResendButton } from "./resend.tsx";

/** Asks a person to confirm their address; nothing for anybody else. */
export function VerifyEmailNotice() {
  const gatepost = useGatepost();
  const { verifyNotice } = useTexts();
  const user = useUser();
  const isShown = user !== null && !user.emailVerified;

  useEffect(() => {
    if (!isShown) return;
    // Whoever comes back may have followed the link meanwhile, in another tab.
    const lookAgain = () => {
      if (document.visibilityState === "visible") void gatepost.session.check();
    };
    document.addEventListener("visibilitychange", lookAgain);
    return () => document.removeEventListener("visibilitychange", lookAgain);
  }, [isShown, gatepost]);

  if (!isShown) return null;
  return (
    <section className="gatepost-verify-notice" aria-label={verifyNotice.title}>
      <p>{verifyNotice.sentence(user.email)}</p>
      <ResendButton email={user.email} />
    </section>
  );
}
