"""The Finario dialect: vendor invoices, payments, and the costs they are assigned to.

The contract is Finario's invoice page of July 2019 and, for what surrounds it, the
pages of January 2021 with the older ones that a published Ruby client still needs.
An investment is our project; an invoice is a received document, a bill or a vendor's
credit note. Kept to the letter: paths, attributes, the several shapes of refusals, and
404 bodies that differ from path to path.

Where the contract is silent, we decided:

- credentials: a token that is missing or opens nothing is 401
  `{"success": false, "message": …}`; header and query may both have it, but not two
  different ones. Whoever may not do it gets 403, in the same shape;
- ids: `id`, and every `…_id` in an answer but a vendor's `vendor_id` and an
  investment's `investment_id`, is our opaque public id. Investments go by id or code,
  vendors by id, code or external id (in bodies and queries by name too, if only one has
  it), invoices and payments by id or reference. A vendor without a code shows the id;
- a path may end in `.json` or in a slash; without a name before it, it is 404. No name
  given here has a slash, ends in `.json` or is `.` or `..`; of rows from elsewhere, one
  whose name ends in `.json` goes first, one with a slash can be found by id only;
- what a path creates has the name in the path: another one in the body is 422. Of what
  is there already, a vendor or an invoice, it is the new name. An investment cannot
  lose its code. Attributes that we do not know are not looked at;
- bodies are JSON or forms, answers are JSON whatever `Accept` says. Unreadable bodies
  are 400, without a length 411, too long 413, of another kind 415; other methods 405;
- lists are whole, by date and then as they came; blank is null and never left out.
  Cancelled invoices are not shown: an answer has no word for it;
- shown alone, a document has all attributes of the list; its date is midnight where
  the business is. What creation answers are the fields that the page prints there;
- amounts are exact, in at most the currency's decimals; zero is allowed; an invoice
  below zero is a credit note, a payment below or at zero is refused;
- `user_id` is whoever answers for the invoice; of payments it is null, and what
  creation calls `number` repeats `invoice_number`. `cost_id`, `unique_cost_id` and
  `cost_category_id` are null where an invoice is split over several costs;
- a `unique_cost_id` that no cost (of the investment in the path) has is
  404 `{"errors": ["Cost with ID x not found"]}`, for invoices as for payments, whose
  page prints it in broken JSON;
- an upsert changes what is given and leaves the rest, takes the invoice to the
  investment in its path unless staff took it off on purpose, and writes nothing where
  nothing is new. By the id of another vendor's invoice it is refused; a vendor in the
  body must be the one in the path;
- a vendor's number that is booked already is 422 on `number`, as a taken reference is;
- what the books forbid is 422 on `base`; what others changed meanwhile is 409;
- `closed` and `closed_within_days_ago` must both hold; nonsense in them is 422;
- a payment settles the approved invoice that `invoice_number` names; it goes from the
  first payment account by code unless `account_id` (id or code) says another;
- a new investment without a code gets one made of its name; PUT changes what is given
  and refuses another organization. Filters that these books cannot answer are 422;
- a new cost takes `unique_cost_id`, which has no other way in; what these books do not
  plan of a cost is null. Its quantity and freight are not below zero, its first unit
  says a quantity or a month, `apply_tax` is yes, no, true or false, and its prices have
  at most the currency's decimals. All of it stays below ten million million;
- categories that lie in the same one, or in none, have different names; a taken one
  is 422 `{"errors": ["Name has already been taken"]}`.

Left out: purchase orders, organizations, users, approvals, web hooks, and the paths of
2013 that were withdrawn in 2015.
"""
