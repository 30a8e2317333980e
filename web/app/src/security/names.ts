/** What is counted, in words that need no explanation. */
const NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    authn_login_fail: "Sign-ins that failed",
    authn_login_fail_max: "Guesses at one account that were stopped",
    authn_login_lock: "Accounts that were guessed at from everywhere",
    authn_link_refused: "Links of mails that were used or too old",
    authn_password_change_fail: "Changes of password that failed",
    authn_password_check_fail: "Passwords asked for again that were wrong",
    authn_password_compromised: "New passwords from a list of stolen ones",
    authn_token_refused: "Access tokens that were refused",
    authn_token_reuse: "Access tokens that came after they were taken back",
    authz_fail: "Requests without a sign-in, or without the right",
    excess_rate_limit_exceeded: "Requests of addresses that asked too often",
    session_use_after_expire: "Sessions that were shown after their end",
    malicious_direct_reference: "Requests for what is somebody else’s",
    malicious_csrf: "Requests that other sites have sent",
    malicious_cors: "Other sites that asked whether they may call",
    user_created_fail: "Sign-ups that were refused",
    sys_activity_lost: "Events that are missing here",
    sys_events_lost: "Events that are missing in a log",
    sys_breached_list_away: "The list of stolen passwords was away",
    sys_limits_away: "Limits that nothing counted: sign-ins were refused meanwhile",
    sys_limits_local: "Limits that each worker counted for itself",
    sys_mail_lost: "Mails that were given up",
    sys_row_guard: "Statements that would have gone past their owner",
    sys_seal_broken: "Requests that the gate had not decided on",
  }),
);

export const nameInWords = (name: string): string => NAMES.get(name) ?? name;
