-- A person's word on a parcel: whose it is, or that it is nobody's of ours.

alter table despatch
    add column judged_by text not null default '',
    add column judged_at timestamptz,
    add column not_ours boolean not null default false;   -- belongs to no order here, or was told with another parcel

create index despatch_judged on despatch (connection, judged_at) where judged_at is not null;
