// SPDX-License-Identifier: BSL-1.0

#include <cpumap/maps/libvirt_9_0.hpp>

#include "link.hpp"

#include <cpumap/cpumap.hpp>

std::string_view text_of_the_other() { return text(); }
std::size_t count_of_the_other() { return count(); }
bool is_given_a_cpu_by_the_other(int kvm, int vcpu) { return is_given_a_cpu(kvm, vcpu); }
