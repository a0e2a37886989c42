"""The Cannlytics dialect: `/api/invoices` of July 2021, from its page and its source.

Kept to the letter: `organization_id`, the key as the last word of `Authorization`, no
trailing slash, objects and arrays, deep merge, the echo of what was posted, the
path's id ignored by POST, DELETE by body and by path, `data: null` for what is not
there, status 200 for every success, the texts of the errors, who may delete, `limit`,
`order_by` with any text in `desc`, and lists in the order of ids.

Where the contract is silent, or its code fell over:

- An organization's id is the business's slug, or its public id. A team member is
  whoever may draft, and may post; a viewer may read; quality assurance, who may also
  delete, is our accountant: the capability `correct`.
- A missing `invoice_id` is a 400, as are unreadable JSON, NUL, nesting beyond 50
  steps, keys beyond 200 characters and numbers beyond 1000 digits or 10^±400, which
  could not be kept and sorted; more than 1 MiB is a 413, no length a 411, another
  media type a 415. `Accept` is not looked at. `[]` gets the documented text.
- An `invoice_id` has at most 120 characters, no slash, and is neither `.` nor `..`. A
  document that was made elsewhere without a reference has its public id.
- An array has at most 500 objects, is one transaction, and is refused as a whole; the
  message names the entry.
- A new document is an invoice draft of one line, 1 × `amount` (or `total`, which is
  the same thing; neither or null is 0), described by `description` or "Invoice ID",
  dated today in the business's time zone and due the same day unless `due_at` says
  otherwise, because no terms are known. `due_at` is an ISO date or moment, or
  MM/DD/YYYY; null is the default.
- `currency` is an ISO code; the base currency may be its symbol; null is the base.
- `project_id` is a project's code; an unknown one is made, by whom may keep master
  data. null and "" take the document off its project.
- `organization` in the document names the customer: the oldest partner of exactly
  that name, or a new one. Posted `billing_…` words change that partner; a new one
  gets all that the document has. Without a name the document belongs to one customer
  "Customer not named", and its `billing_…` words are its own.
- `status` is only read (unpaid, paid, void, written_off); to post another than the
  true one is a 409, because a payment is more than a word.
- The amount or currency of a draft that other doors made up of several lines,
  quantities, taxes or a discount does not change here: 409.
- Anything but a draft does not change and is not deleted: 409. To post again just what
  it says is no change and succeeds.
- Known words (`amount`, `total`, `currency`, `project_id`, `invoice_id`, `status`,
  `due_at`, `notes`, `organization`, `billing_…`) tell the truth of the books. A posted
  form that is still true comes back as posted, another one in a plain form; a known
  word that was not posted appears only when it has news. A document of another door
  shows all of them, and `created_at`. `order_by` sorts known words by the truth, also
  where it is not shown, and others as jsonb does: null, texts, numbers, booleans,
  arrays, maps.
- `items` takes ids with commas between them, or repeated.
- Nothing is added to a stored document, neither `updated_at` nor `updated_by`: the
  history is in the books' events. There are no logs of their own; a reason to
  delete is kept there too.
"""
