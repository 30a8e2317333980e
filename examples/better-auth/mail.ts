// Put your mail server here. Until then a link stands in this server's log, for a developer to follow;
// in production nothing is sent, and what needs a mail is refused.

export const sendsMail = process.env["NODE_ENV"] !== "production";

export async function sendMail(to: string, subject: string, url: string): Promise<void> {
  console.log(`Mail to ${to}: ${subject}\n${url}`);
}
