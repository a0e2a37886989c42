"""The native dialect: Pymlo's `/businesses/…` contract of January 2017, and more.

Kept to the letter: paths with and without the trailing slash, `PUT` on the
collection with the `id` in the body (and the published curl's `POST` with an
`id`), page numbers from 0, `per_page` up to 100, drafts only for edit and delete.

Where the contract is silent:

- a list is a plain JSON array, oldest date first; page facts are in headers:
  `Link` (RFC 8288) and, where `page` is asked for or one page holds everything,
  `X-Total-Count`: exact up to 1,000, otherwise 1000 with
  `X-Total-Count-Relation: at-least`, because counting a million rows costs more
  than the page itself;
- amounts are JSON numbers with the currency's own decimals ("BigDecimal");
- creation answers 201, deletion 204; errors have one shape, `{"apierror": {…}}`:
  400 where the request itself is wrong, 409 where the books forbid it, 412 where
  `If-Match` names an older version, 411, 413 and 415 where the body is not JSON of
  a known and bearable length;
- a whole document that leaves out what the contract does not have (`reference`,
  `project`, …) leaves that as it is, for a client of the original cannot send it back;
- a bill is Outstanding when it comes in and when it is approved, `approved` says
  which; it changes until then. Deleted before, it is gone; afterwards it is cancelled
  and stays, unless something was paid: then it is refused, and the page would not
  (history is never deleted);
- paying a bill that waits approves it first, and is refused to a key that may not;
- `total_amount` of a line is `line_amount + tax_amount` as the page says, and a
  discounted document adds `discount_amount`, the line's share of the discount.

Beyond the contract, and marked `x-beyond-contract` in the OpenAPI document:
`GET /businesses/`, item `PUT`, `PATCH`, `issue`, `void`, `credit`, credit notes,
`approve`, `cancel` and `assign` of bills, projects, costs and their categories, `q`,
more filters, ordering, keyset paging (`after`), `ETag` and `If-Match`; and all that
goes between a business and its customers: `send` and the deliveries, `pdf` and `ubl`
(files, whose `ETag` is their SHA-256), `timeline`, `link`, objections and reminders,
statements, runs of drafts, recurring templates, webhooks, the settings of papers and
the words of mails. What a job does is answered with 202, and with 200 where the same
key has done it already.
Left out: quotes, sales receipts and purchase orders, which this system has not.
"""
