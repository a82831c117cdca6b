import type { Form, Given } from "../form.ts";
import { Conversation, headOf, isMessages } from "../turns.ts";

const lists = ["messages", "conversations", "conversation", "dialog", "dialogue", "turns", "contents"] as const;

/** The list of messages of a record. */
export function messagesOf(
  record: Readonly<Record<string, unknown>>,
): { readonly key: string; readonly messages: readonly unknown[] } | null {
  for (const key of lists) {
    const value = record[key];
    if (isMessages(value)) return { key, messages: value };
  }
  return null;
}

/** Messages, each with who speaks: every answer is a turn. */
export const chatForm: Form = {
  id: "chat",
  title: "chats (messages or conversations)",
  looksLike: (record) => lists.some((key) => Array.isArray(record[key])) && messagesOf(record) !== null,
  read: readChat,
};

export function readChat(record: Readonly<Record<string, unknown>>): Given {
  const found = messagesOf(record);
  if (found === null) {
    const key = lists.find((name) => name in record);
    return { misfit: key === undefined ? "it holds no messages" : `"${key}" is no list of messages` };
  }
  if (found.messages.length === 0) return { misfit: `"${found.key}" is empty` };
  const talk = new Conversation(headOf(record));
  const misfit = talk.hear(found.messages, [found.key]);
  if (misfit !== null) return { misfit };
  if (talk.turns.length === 0) return { misfit: "no message is an answer" };
  return talk.given();
}
